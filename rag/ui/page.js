/* Clicks that need no server: copying, moving about, opening a source that is already there. */
(() => {
  document.documentElement.lang = "nl";
  const language = () => document.documentElement.lang === "en" ? 1 : 0;
  const say = (words) => {
    let live = document.getElementById("kw-live");
    if (!live) {
      live = document.createElement("div");
      live.id = "kw-live";
      live.className = "kw-sr";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = words;
  };
  const copy = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {  // no permission, or plain http on another machine than this one
      const box = document.createElement("textarea");
      box.value = words;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  };
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const show = (target, block = "start") => target && target.scrollIntoView({ behavior: calm(), block });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-link], [data-goto], [data-return]");
    if (!button) return;
    if (button.dataset.copy !== undefined || button.dataset.link) {
      await copy(button.dataset.copy ?? `${location.origin}${location.pathname}?${button.dataset.link}`);
      const done = ["Gekopieerd", "Copied"][language()];
      const words = button.dataset.words || (button.dataset.words = button.textContent);
      button.textContent = `${done} ✓`;
      say(done);
      setTimeout(() => { button.textContent = words; }, 1600);
    } else if (button.dataset.goto) {
      const target = document.getElementById(button.dataset.goto);
      show(target);
      target?.focus({ preventScroll: true });
    } else {
      const chip = document.querySelector(`.kw-turn[data-place="${button.dataset.return}"] .kw-chip`);
      show(chip, "center");
      chip?.focus({ preventScroll: true });
    }
  });

  /* From one tab to another: the same question as a list, a search as a question, a question about one Kamervraag. */
  const open = (name) => document.getElementById(`kw-tab-${name}-button`)?.click();
  const standing = (then) => box() && window.kamerwijzer.ask ? then() : setTimeout(() => standing(then), 50);
  const restrict = (within, left = 8) => {
    const told = () => document.getElementById("kw-chips")?.textContent.includes(within);
    window.kamerwijzer.within(within);
    setTimeout(() => { if (left && !told()) restrict(within, left - 1); }, 1500);  // a part just placed may not hear yet
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-list], [data-question], [data-within]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;  // a link may open in a window of its own
    event.preventDefault();
    const { list, question, given, within } = link.dataset;
    if (list === undefined) open("chat");
    if (list !== undefined) {
      if (window.kamerwijzerTabs.list) window.kamerwijzerTabs.list(list);
      else history.replaceState(null, "", `?tab=search&${list}`);  // the tab reads it when it first opens
      open("search");
    } else standing(() => {
      if (question) return window.kamerwijzer.ask(question, given);
      restrict(within);
      setTimeout(() => { box().focus(); box().scrollIntoView({ block: "nearest" }); }, 300);
    });
  });

  /* Escape stops what is under way, or closes an edit. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelector("[data-stop], .kw-editing [data-cancel]")?.click();
  });

  const box = () => document.querySelector("#kw-question textarea");
  const fill = (words) => {
    box().value = words;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  };

  const narrow = () => matchMedia("(max-width: 900px)").matches;
  window.kamerwijzer = {
    language, say, box, fill,  // for connection.js, which adds `sending`, `again` and `answered`
    said: new Set(),  // sentences of the answer under way that were said aloud
    /* When the page stands: the cursor in the box, but not where that would open a keyboard over the page. */
    opened(language) {
      document.documentElement.lang = language;
      setTimeout(() => { this.stands = true; this.again(); }, 300);
      if (!narrow() && document.activeElement === document.body) box()?.focus();
    },
    /* A file to keep, made here and never stored on the server. */
    kept(file) {
      if (!file) return;
      const link = document.createElement("a");
      const bytes = file.base64 && Uint8Array.from(atob(file.base64), (sign) => sign.charCodeAt(0));
      link.href = URL.createObjectURL(new Blob([bytes || file.text], { type: bytes ? "" : "text/plain;charset=utf-8" }));
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
    /* The address says which tab is open; the first one needs no name. What opens with the page leaves it alone. */
    tabbed(name) {
      if (!this.stands) return;
      const address = new URL(location.href);
      if (name === "chat") address.search = "";
      else address.searchParams.set("tab", name);
      history.replaceState(null, "", address);
    },
    /* A shared link has been followed: a reload shows the conversation, not the question once more. */
    followed() {
      const asked = new URLSearchParams(location.search);
      if (asked.has("q") && !asked.has("tab")) history.replaceState(null, "", location.pathname);
    },
    /* A question made editable in its place; `send` gets what it became. */
    edit(button, send) {
      const turn = button.closest(".kw-turn");
      turn.querySelector(".kw-editing")?.remove();
      const [label, again, cancel] = [["Vraag bewerken", "Vraag opnieuw", "Annuleer"],
        ["Edit the question", "Ask again", "Cancel"]][language()];
      const form = document.createElement("form");
      form.className = "kw-editing";
      form.innerHTML = `<textarea rows="2" maxlength="4000" aria-label="${label}"></textarea><p class="kw-actions">`
        + `<button class="kw-button">${again}</button><button type="button" class="kw-plain" data-cancel>${cancel}</button></p>`;
      const words = form.querySelector("textarea");
      words.value = button.dataset.edit;
      const close = () => { form.remove(); button.focus(); };
      form.querySelector("[data-cancel]").addEventListener("click", close);
      form.addEventListener("submit", (event) => { event.preventDefault(); if (words.value.trim()) send(words.value); });
      words.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); }
      });
      turn.querySelector(".kw-asked").after(form);
      words.focus();
      words.setSelectionRange(words.value.length, words.value.length);
    },
    /* After a new turn: its question at the top of the window, and its answer said aloud. */
    turned(element) {
      this.sending(false);
      const turns = element.querySelectorAll(".kw-turn");
      const last = turns[turns.length - 1];
      if (last && turns.length !== this.count) show(last);
      if (last?.classList.contains("kw-fresh")) {
        this.answered();
        const answer = [...last.querySelectorAll(".kw-said, .kw-refusal > p")].map((part) => part.textContent);
        say([last.dataset.status, ...answer.filter((words) => !this.said.has(words))].join(" "));
      } else if (last?.classList.contains("kw-pending")) {  // each sentence as it comes
        const written = [...last.querySelectorAll(".kw-said")].map((part) => part.textContent);
        const fresh = written.filter((words) => !this.said.has(words));
        if (!written.length) this.said = new Set();
        if (fresh.length || !written.length) say(fresh.join(" ") || last.querySelector(".kw-loading").textContent);
        for (const words of fresh) this.said.add(words);
      }
      this.count = turns.length;
    },
    /* After a click on a chip: the source open, its first marked sentence in view, focus on it. */
    sourced(element) {
      const panel = element.querySelector(".kw-panel");
      const chosen = element.querySelector(".kw-vraag[aria-current]") || element.querySelector("[data-chosen]");
      if (!panel || !chosen) return;
      for (const source of element.querySelectorAll("details.kw-source")) source.open = source === chosen;
      const head = chosen.querySelector("summary") || chosen;
      head.focus({ preventScroll: true });
      const mark = chosen.querySelector("mark");
      const inside = panel.scrollHeight > panel.clientHeight + 4 && !narrow();
      if (inside) {
        const tall = mark && mark.getBoundingClientRect().bottom - chosen.getBoundingClientRect().top > panel.clientHeight;
        const target = tall ? mark : chosen;
        const offset = target.getBoundingClientRect().top - panel.getBoundingClientRect().top;
        panel.scrollTo({ top: panel.scrollTop + offset - (tall ? 80 : 12), behavior: calm() });
      } else show(chosen);
    },
  };
})();
