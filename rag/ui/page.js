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

  const narrow = () => matchMedia("(max-width: 900px)").matches;
  window.kamerwijzer = {
    /* When the page stands: the cursor in the box, but not where that would open a keyboard over the page. */
    opened(language) {
      document.documentElement.lang = language;
      setTimeout(() => { this.stands = true; }, 300);
      if (!narrow() && document.activeElement === document.body) document.querySelector("#kw-question textarea")?.focus();
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
      if (name === "chat") address.searchParams.delete("tab");
      else address.searchParams.set("tab", name);
      history.replaceState(null, "", address);
    },
    /* A shared link has been followed: a reload shows the conversation, not the question once more. */
    followed() {
      const asked = new URLSearchParams(location.search);
      if (asked.has("q") && !asked.has("tab")) history.replaceState(null, "", location.pathname);
    },
    /* After a new turn: its question at the top of the window. */
    turned(element) {
      const turns = element.querySelectorAll(".kw-turn");
      if (turns.length && turns.length !== this.count) show(turns[turns.length - 1]);
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
