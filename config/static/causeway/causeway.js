// Comforts. Every page works without this file.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const typing = (target) => target.closest?.("input, select, textarea, [contenteditable]");

  // A second press of a button that was just pressed sends nothing.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    if (!navigator.onLine && form.method === "post") { // the page that says so would be the browser's, without the words
      event.preventDefault();
      const said = one("[data-unsent]");
      said.hidden = false;
      return (event.submitter || form).after(said);
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // After a failed attempt the reader starts at the list of what is wrong.
  one(".summary")?.focus();

  // Leaving puts nothing of this page into the history.
  const exit = one("[data-leave]");
  const leave = () => { document.body.hidden = true; location.replace(exit.href); };
  exit?.addEventListener("click", (event) => { event.preventDefault(); leave(); });

  let shifts = [];
  const go = (step) => {
    const lines = [...document.querySelectorAll("a.what")];
    lines[Math.min(lines.length - 1, Math.max(0, lines.indexOf(document.activeElement) + step))]?.focus();
  };
  addEventListener("keydown", (event) => {
    if (exit && event.key === "Shift" && !event.repeat) {
      shifts = [...shifts, Date.now()].filter((at) => Date.now() - at < 2000);
      if (shifts.length > 2) leave();
      return;
    }
    if (event.key !== "Shift") shifts = [];
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") go(1);
    if (event.key === "k") go(-1);
    if (event.key === "?") one(".keys")?.showModal();
    if (event.key === "/") {
      const find = one("[data-find]");
      if (!find) return;
      event.preventDefault();
      if (find.href) find.click(); else find.focus();
    }
  });

  // How many characters are left, said once the end is near.
  document.querySelectorAll("textarea[data-left]").forEach((area) => {
    const left = document.createElement("p");
    left.className = "why";
    left.setAttribute("aria-live", "polite");
    area.after(left);
    const say = () => {
      const rest = area.dataset.left - area.value.length;
      left.textContent = rest < area.dataset.left / 3 ? area.dataset.leftWords.replace("{n}", rest) : "";
    };
    area.addEventListener("input", say);
    say();
  });

  // Long work goes on by itself while its page is open.
  document.querySelectorAll("form[data-go-on]").forEach((form) => setTimeout(() => form.requestSubmit(), 300));

  // Counts
  const nav = one("[data-ask]");
  if (nav) setInterval(async () => {
    if (document.hidden || nav.matches(":focus-within")) return;
    const got = await fetch(nav.dataset.ask).catch(() => 0);
    if (got.ok && !got.redirected) nav.innerHTML = await got.text();
  }, 6e4);

  // What can no longer be undone is no longer offered.
  document.querySelectorAll("form[data-undo]").forEach((form) => setTimeout(() => form.remove(), 30000));
})();
