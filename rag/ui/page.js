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

  /* The server gone and back. A question that was sent is followed at once, else one look in fifteen seconds. */
  const WAITING = "kamerwijzer-vraag";
  const here = { id: null, gone: false, timer: 0, sent: "", hurried: false };
  const reached = async () => {
    try {
      const answer = await fetch("gradio_api/app_id", { cache: "no-store", signal: AbortSignal.timeout(10000) });
      return answer.ok ? (await answer.json()).app_id : null;
    } catch (error) {
      return error.name === "TimeoutError" ? here.id : null;  // busy is not gone
    }
  };
  const tell = (words, kind) => {
    let bar = document.getElementById("kw-gone");
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "kw-gone";
      bar.setAttribute("role", "alert");
      document.body.prepend(bar);
    }
    bar.className = kind;
    bar.textContent = words;
  };
  const look = async () => {
    clearTimeout(here.timer);
    const id = document.hidden && !here.gone ? here.id : await reached();
    if (id === null && here.id !== null) {
      if (!here.gone) {
        sending(false);
        tell(["Geen verbinding met Kamerwijzer. Uw gesprek is bewaard; zodra de server terug is gaat u verder.",
          "No connection to Kamerwijzer. Your conversation is kept; you go on as soon as the server is back."][language()], "gone");
      }
      here.gone = true;
    } else if (here.gone) {
      here.gone = false;
      document.getElementById("kw-gone").remove();
      say(["Weer verbonden", "Connected again"][language()]);
      const asked = [...document.querySelectorAll(".kw-turn:not(.kw-pending) h2")].map((head) => head.textContent);
      const lost = here.sent && !asked.includes(here.sent) ? here.sent : "";
      if (id !== here.id || lost) {  // the server has forgotten this page or question; what matters is in the browser
        sessionStorage.setItem(WAITING, box()?.value || lost);
        location.reload();
        return;
      }
    }
    here.id = id ?? here.id;
    here.timer = setTimeout(look, here.gone ? 2000 : 15000);
  };
  /* What was to be asked before the page was loaded anew: back into the box, and again while Gradio places its own. */
  const restore = (left = 10) => {
    const words = sessionStorage.getItem(WAITING);
    if (!words || here.sent) return;  // what was sent from this very page is not to be put back
    if (box() && box().value !== words) fill(words);
    if (left) setTimeout(() => restore(window.kamerwijzer.stands ? left - 1 : left), 300);
    else sessionStorage.removeItem(WAITING);
  };
  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target === box() && !here.sent) sessionStorage.removeItem(WAITING);
  }, true);
  /* What is pressed before the page stands would be lost to what opens it: it waits, for 15 seconds at most. */
  const later = (then, left = 150) => {
    if (!window.kamerwijzer.stands && left) {
      setTimeout(() => later(then, left - 1), 100);
      return;
    }
    here.hurried = !window.kamerwijzer.stands;
    then();
  };
  /* What did not wait any longer, and was wiped when the page stood at last, is asked again. */
  const again = () => {
    const shown = [...document.querySelectorAll(".kw-turn h2")].map((head) => head.textContent);
    if (here.hurried && here.sent && !shown.includes(here.sent)) window.kamerwijzer.ask(here.sent, "");
    here.hurried = false;
  };
  const early = (event) => {
    const asks = event.type === "keydown" ? event.key === "Enter" && event.target === box()
      : event.isTrusted && event.target.closest("#kw-send, [data-ask], [data-question], [data-within], [data-language]");
    if (!asks || window.kamerwijzer.stands) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = asks === true ? document.getElementById("kw-send") : asks;
    const { ask, given, language } = pressed.dataset;
    if (ask) hold(ask);
    else if (pressed.id === "kw-send") sent();  // the page may be loaded anew while it waits
    later(() => {  // what opens the page may have placed it anew
      if (language) document.querySelector(`[data-language="${language}"]`)?.click();
      else if (pressed.isConnected) pressed.click();
      else if (ask) window.kamerwijzer.ask(ask, given ?? "");
    });
  };
  document.addEventListener("keydown", early, true);
  document.addEventListener("click", early, true);
  /* Until the turn stands, which takes the server. */
  const sending = (under) => {
    document.documentElement.classList.toggle("kw-sending", under);
    clearTimeout(here.sending);
    if (under) here.sending = setTimeout(() => sending(false), 20000);
  };
  const hold = (words) => {
    here.sent = words;
    sending(words !== "");
    sessionStorage.setItem(WAITING, words);  // Gradio, too, may load the page anew when the server is back
    setTimeout(look, 1500);
  };
  const sent = () => hold(box().value.trim());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === box()) sent();
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#kw-send")) sent();
    else if (event.target.closest("[data-ask]")) sending(true);
  }, true);
  look();
  setTimeout(restore);

  /* Refused because it is busy: said at once; the question stays in the box. */
  const fetched = window.fetch;
  window.fetch = async (...request) => {
    const answer = await fetched(...request);
    if ((answer.status === 429 || answer.status === 503) && !here.gone) {
      sending(false);
      const words = ["Het is druk. Probeer het zo weer.", "It is busy. Please try again in a moment."][language()];
      tell(words, "busy");
      say(words);
      clearTimeout(here.busy);
      here.busy = setTimeout(() => here.gone || document.getElementById("kw-gone")?.remove(), 8000);
    }
    return answer;
  };

  const narrow = () => matchMedia("(max-width: 900px)").matches;
  window.kamerwijzer = {
    said: new Set(),  // sentences of the answer under way that were said aloud
    /* When the page stands: the cursor in the box, but not where that would open a keyboard over the page. */
    opened(language) {
      document.documentElement.lang = language;
      setTimeout(() => { this.stands = true; again(); }, 300);
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
      sending(false);
      const turns = element.querySelectorAll(".kw-turn");
      const last = turns[turns.length - 1];
      if (last && turns.length !== this.count) show(last);
      if (last?.classList.contains("kw-fresh")) {
        sessionStorage.removeItem(WAITING);
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
