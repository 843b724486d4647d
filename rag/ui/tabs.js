/* The search and corpus tabs: forms and buttons that ask for another list, the reading window, arrow keys in figures. */
(() => {
  const shown = (element) => element.offsetParent !== null;
  /* Arrow keys move between the discs of a timeline, so that it is one stop of the Tab key. */
  const rove = (element) => {
    for (const group of element.querySelectorAll("[data-rove]")) {
      const stops = [...group.querySelectorAll("button")];
      stops.forEach((stop, place) => { stop.tabIndex = place ? -1 : 0; });
      group.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const place = stops.indexOf(document.activeElement);
        if (!step || place < 0) return;
        event.preventDefault();
        const next = stops[(place + step + stops.length) % stops.length];
        stops.forEach((stop) => { stop.tabIndex = stop === next ? 0 : -1; });
        next.focus();
      });
    }
  };
  /* A day is typed in three parts: what it leads to waits until the field is left. */
  const onLeaving = (element, then) => {
    element.addEventListener("change", (event) => {
      if (event.target.type === "date") event.target.dataset.changed = "";
    });
    element.addEventListener("focusout", (event) => {
      if (event.target.dataset?.changed !== undefined) setTimeout(() => then(event.target));
    });
  };
  /* What is drawn anew keeps the keyboard where it was. */
  const focused = (element) => {
    const at = document.activeElement;
    return element.contains(at) ? at.name && `[name="${at.name}"]` || at.dataset.do && `[data-do="${at.dataset.do}"]` : "";
  };
  const fieldsOf = (form) => {
    const fields = [...new FormData(form)].filter(([, value]) => value);
    return new URLSearchParams(fields).toString();
  };

  window.kamerwijzerTabs = {
    search(element, trigger, watch) {
      let link = null, waiting = false, moved = false, keep = "", typed = null, asked = 0;
      let figures = null;  // open or not, once that was chosen
      const root = () => element.querySelector(".kw-search");
      const go = (wanted, move) => {
        waiting = true;
        moved = move;
        keep = focused(element);
        root()?.setAttribute("aria-busy", "true");
        typed = null;
        asked += 1;
        trigger("find", { find: wanted, asked });
      };
      const begin = () => {
        if (!root() || !root().hasAttribute("data-opening") || waiting || !shown(element)) return;
        go(link ?? location.search.slice(1), false);
      };
      element.addEventListener("submit", (event) => {
        event.preventDefault();
        go(fieldsOf(event.target), true);
      });
      element.addEventListener("input", (event) => {
        if (event.target.name !== "find") return;
        typed = event.target.value;
        event.target.form.querySelector("[name=unread]")?.remove();  // other words are read anew
      });
      element.addEventListener("change", (event) => {
        if (event.target.matches(".kw-find select")) go(fieldsOf(event.target.form), false);
      });
      onLeaving(element, (field) => go(fieldsOf(field.form), false));
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-to], [data-read], [data-save]");
        if (!button) return;
        if (button.dataset.save) trigger("save", { find: link ?? "", save: button.dataset.save });
        else if (button.dataset.read) trigger("read", { read: button.dataset.read });
        else go(button.dataset.to, true);
      });
      element.addEventListener("click", (event) => {
        const details = event.target.closest(".kw-figures > summary")?.parentElement;
        if (details) figures = !details.open;
      });
      watch("value", () => {
        const details = element.querySelector(".kw-figures");
        if (details && figures !== null) details.open = figures;
        const box = element.querySelector("[name=find]");
        if (box && typed !== null) {  // typed while the list was on its way
          box.value = typed;
          box.focus();
        }
        const answers = element.querySelector("[data-asked]")?.dataset.asked;
        if (answers && answers !== String(asked)) return waiting || go(link, false);  // of an earlier wish, come late
        if (!waiting || !answers) return begin();
        waiting = false;
        link = root()?.dataset.now ?? "";
        rove(element);
        if (shown(element)) history.replaceState(null, "", `?tab=search${link && "&"}${link}`);
        const count = moved && element.querySelector(".kw-count");
        if (count) count.focus({ preventScroll: true });
        else if (keep) element.querySelector(keep)?.focus({ preventScroll: true });
        if (count && count.getBoundingClientRect().top < 0) count.scrollIntoView({ block: "start" });
      });
      new IntersectionObserver(begin).observe(element);
      /* Another tab asks for a list. */
      window.kamerwijzerTabs.list = (wanted) => go(wanted, true);
    },
    /* Facts: asked for when the tab is first seen, in each language. */
    corpus(element, trigger, watch) {
      const begin = () => {
        if (element.querySelector("[data-opening]") && shown(element)) trigger("show", {});
      };
      watch("value", begin);
      new IntersectionObserver(begin).observe(element);
      window.kamerwijzerTabs.recount = () => trigger("show", {});
    },
    /* The administrator's part: asks again each second while work is under way. The password stays in this page. */
    office(element, trigger, watch) {
      let password = "", busy = false, clock = 0, keep = "";
      const days = () => ({
        start: element.querySelector("[name=from]")?.value ?? "",
        end: element.querySelector("[name=to]")?.value ?? "",
      });
      const act = (what) => {
        keep = focused(element);
        trigger("act", { what, password, ...days() });
      };
      const begin = () => {
        if (!element.querySelector(".kw-office, .kw-none") && shown(element.parentElement)) act("show");
      };
      element.addEventListener("submit", (event) => {
        event.preventDefault();
        password = event.target.elements.password?.value ?? password;
        act(event.target.dataset.do);
      });
      onLeaving(element, () => act("show"));
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-from], button[data-do], [data-reload]");
        if (!button) return;
        if (button.dataset.reload !== undefined) return location.assign("?tab=corpus");
        if (button.dataset.do) return act(button.dataset.do);
        element.querySelector("[name=from]").value = button.dataset.from;
        element.querySelector("[name=to]").value = button.dataset.toDay;
        act("show");
      });
      watch("value", () => {
        clearTimeout(clock);
        const working = element.querySelector("progress") !== null;
        if (working) clock = setTimeout(() => act("show"), 1000);
        else if (busy) window.kamerwijzerTabs.recount();
        busy = working;
        if (keep) element.querySelector(keep)?.focus({ preventScroll: true });
        begin();
      });
      new IntersectionObserver(begin).observe(element.parentElement);
    },
    /* Thumbs under each answer, copied from a template; nothing is sent before the form under them is. */
    judge(element, trigger, watch) {
      let sent = null;
      const judged = new Map();
      const thread = () => document.getElementById("kw-thread");
      const key = (turn) => `${turn.dataset.place} ${turn.querySelector("h2")?.textContent}`;
      const place = () => {
        const template = element.querySelector("template");
        for (const turn of template ? thread().querySelectorAll(".kw-turn[data-place]:not(.kw-failed)") : []) {
          if (turn.querySelector(".kw-judge")) continue;
          const copy = template.content.cloneNode(true);
          const done = judged.get(key(turn));
          if (done) copy.querySelector(".kw-judge").innerHTML = `<p role="status">${done}</p>`;
          turn.append(copy);
        }
      };
      const begin = () => {
        if (!thread()) return setTimeout(begin, 200);
        place();
        new MutationObserver(place).observe(thread(), { childList: true, subtree: true });
        thread().addEventListener("click", (event) => {
          const judge = event.target.closest(".kw-judge");
          const thumb = event.target.closest(".kw-thumb");
          if (!judge || (!thumb && !event.target.closest("[data-never]"))) return;
          const form = judge.querySelector("form");
          form.hidden = !thumb;
          for (const other of judge.querySelectorAll(".kw-thumb")) other.setAttribute("aria-expanded", String(other === thumb));
          if (!thumb) return judge.querySelector(".kw-thumb").focus();
          form.dataset.good = thumb.dataset.good;
          form.querySelector("[data-bad]").hidden = thumb.dataset.good === "yes";
          form.querySelector("fieldset:not([hidden]) input, textarea").focus({ preventScroll: true });
          form.scrollIntoView({ block: "nearest" });
        });
        thread().addEventListener("submit", (event) => {
          if (!event.target.closest(".kw-judge")) return;
          event.preventDefault();
          sent = event.target.closest(".kw-turn");
          const values = new FormData(event.target), good = event.target.dataset.good;
          const reasons = good === "yes" ? [] : values.getAll("reason");
          trigger("judge", { turn: sent.dataset.place, good, reasons, remark: values.get("remark") });
        });
      };
      watch("value", () => {
        const outcome = element.querySelector("[data-outcome]")?.innerHTML;
        if (sent && outcome) {
          judged.set(key(sent), outcome);
          sent.querySelector(".kw-judge").innerHTML = `<p role="status" tabindex="-1">${outcome}</p>`;
          sent.querySelector(".kw-judge p").focus();
          sent = null;
        } else if (!sent && thread()) {  // another language
          for (const old of thread().querySelectorAll(".kw-judge")) old.remove();
          place();
        }
      });
      begin();
    },
    reader(element, watch, trigger) {
      watch("value", () => {
        const dialog = element.querySelector("dialog");
        if (!dialog || dialog.open) return;
        dialog.showModal();
        const chosen = dialog.querySelector("[aria-current]");
        const first = dialog.querySelector(".kw-vraag");  // above it stands what the Kamervraag is about
        if (chosen && chosen !== first) chosen.scrollIntoView({ block: "start" });
      });
      element.addEventListener("click", (event) => {
        const dialog = event.target.closest("dialog");
        const other = event.target.closest("[data-read]");  // a reference to another Kamervraag
        if (other) trigger("read", { ...other.dataset });
        if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
      });
    },
  };
})();
