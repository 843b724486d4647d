/* What is asked is not lost: while the page is not standing yet, when the server is gone and back, when it is busy. */
(() => {
  const page = window.kamerwijzer;
  const { language, say, box, fill } = page;

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
    if (left) setTimeout(() => restore(page.stands ? left - 1 : left), 300);
    else sessionStorage.removeItem(WAITING);
  };
  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target === box() && !here.sent) sessionStorage.removeItem(WAITING);
  }, true);
  /* What is pressed before the page stands would be lost to what opens it: it waits, for 15 seconds at most. */
  const later = (then, left = 150) => {
    if (!page.stands && left) {
      setTimeout(() => later(then, left - 1), 100);
      return;
    }
    here.hurried = !page.stands;
    then();
  };
  /* What did not wait any longer, and was wiped when the page stood at last, is asked again. */
  const again = () => {
    const shown = [...document.querySelectorAll(".kw-turn h2")].map((head) => head.textContent);
    if (here.hurried && here.sent && !shown.includes(here.sent)) page.ask(here.sent, "");
    here.hurried = false;
  };
  const early = (event) => {
    const asks = event.type === "keydown" ? event.key === "Enter" && event.target === box()
      : event.isTrusted && event.target.closest("#kw-send, [data-ask], [data-question], [data-within], [data-language]");
    if (!asks || page.stands) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { id, dataset: { ask, given, language } = {} } = asks === true ? { id: "kw-send" } : asks;
    if (ask) hold(ask);
    else if (id === "kw-send") sent();  // the page may be loaded anew while it waits
    later(() => {  // what opens the page may have placed it anew, or only now
      if (language) document.querySelector(`[data-language="${language}"]`)?.click();
      else if (id === "kw-send") document.getElementById(id)?.click();
      else if (asks.isConnected) asks.click();
      else if (ask) page.ask(ask, given ?? "");
    });
  };
  document.addEventListener("keydown", early, true);
  document.addEventListener("click", early, true);
  /* Until the turn stands, which takes the server. Gradio closes its stream of answers when the last one asked for is
     there; to a question sent at that moment it opens no other, but for the next event: so there is one, a nudge. */
  const sending = (under) => {
    document.documentElement.classList.toggle("kw-sending", under);
    clearTimeout(here.sending);
    clearInterval(here.nudging);
    if (!under) return;
    here.sending = setTimeout(() => sending(false), 20000);
    here.nudging = setInterval(() => here.stream?.aborted && page.nudge?.(), 2000);
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

  /* Refused because it is busy: said at once; the question stays in the box. */
  const fetched = window.fetch;
  window.fetch = async (...request) => {
    if (request[0].url?.includes("/queue/data")) here.stream = request[0].signal;
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

  Object.assign(page, { sending, again, answered: () => sessionStorage.removeItem(WAITING) });
  look();
  setTimeout(restore);
})();
