// The lock (C7). The page is taken out of the document, with what was typed in it, and put back after unlocking
// in this tab. The server has locked the session as well: reloading, or another tab, shows its lock page.
(() => {
  "use strict";
  const lock = document.querySelector("form[data-lock]");
  const { idle, stay, member } = document.body.dataset;
  if (!lock) return;
  const warning = document.querySelector(".idle"), ending = document.querySelector("[data-ending]");
  const LIMIT = Number(idle) * 1000, WARN = 60000, TELL = 180000, SLIP = 5000, SOON = 600; // the last in seconds

  // Two clocks: the one of the device can be set, the other stands while the device sleeps. The longer span counts,
  // and a clock that was set back locks at once: who knows for how long nobody was here.
  const now = () => ({ wall: Date.now(), run: performance.now() });
  const passed = (from) => {
    const at = now();
    return at.wall < from.wall - SLIP ? Infinity : Math.max(at.wall - from.wall, at.run - from.run);
  };
  let since = now(), told = since, behind = null, title = "", scroll = 0;

  const send = async (form) => {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    return new DOMParser().parseFromString(await response.text(), "text/html");
  };

  const show = (page) => {
    if (page.querySelector("body script")) return location.reload(); // a page with work of its own, such as a key
    document.title = page.title;
    document.body.replaceChildren(...page.body.children);
    document.querySelector("main form")?.addEventListener("submit", unlock);
    document.querySelector("main input:not([type=hidden])")?.focus();
  };

  const ask = async () => {
    try { show(await send(lock)); } catch {
      document.body.textContent = warning.dataset.offline;
      setTimeout(ask, 5000);
    }
  };

  const hide = () => {
    [title, scroll, behind] = [document.title, scrollY, document.createDocumentFragment()];
    behind.append(...document.body.children);
    document.title = "Causeway";
    ask();
  };

  const unlock = async (event) => {
    event.preventDefault();
    let page;
    try { page = await send(event.target); } catch { return; }
    if (!page.querySelector("form[data-lock]")) return show(page);
    if (page.body.dataset.member !== member) return location.assign("/");
    const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
    behind.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    document.body.replaceChildren(behind);
    document.title = title;
    scrollTo(0, scroll);
    [behind, since, told] = [null, now(), now()];
    warning.hidden = true;
  };

  // Typing counts as being here only where the server can be told so.
  const here = () => {
    if (behind || !stay) return;
    since = now();
    if (passed(told) < TELL) return;
    told = since;
    fetch(stay, { method: "POST", body: new FormData(lock) }).then((said) => {
      const rest = Number(said.headers.get("Causeway-Ends"));
      if (ending && rest) ending.hidden = rest > SOON;
    }).catch(() => {});
  };
  ["keydown", "pointerdown"].forEach((kind) => addEventListener(kind, here, { passive: true }));

  // Other tabs hear it at once.
  const tabs = window.BroadcastChannel && new BroadcastChannel("lock");
  if (tabs) tabs.onmessage = () => behind || hide();

  lock.addEventListener("submit", (event) => { event.preventDefault(); tabs?.postMessage(0); hide(); });
  if (LIMIT) setInterval(() => {
    const rest = LIMIT - passed(since);
    if (behind) return;
    warning.hidden = rest > WARN;
    if (rest <= 0) hide();
  }, 5000);
})();
