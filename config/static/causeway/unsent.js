// A form whose answers must not go with the signal (docs/decisions/0044). It is sent while the page stays, and the
// page is left only when the server has said that it has everything. Nothing is written to the device.
(() => {
  "use strict";
  const WAIT = 20000; // milliseconds until an answer is taken for lost
  const said = document.querySelector("[data-unsent]");
  addEventListener("submit", async (event) => {
    const form = event.target, by = event.submitter;
    if (event.defaultPrevented || !form.matches("form[data-stays]")) return;
    event.preventDefault();
    const body = new FormData(form);
    if (by?.name) body.append(by.name, by.value);
    try {
      const got = await fetch(form.action, {
        method: "POST", body, headers: { "Causeway-Asks": "where" }, redirect: "manual", signal: AbortSignal.timeout?.(WAIT),
      });
      if (got.status > 499) throw got;
      const to = got.headers.get("Causeway-To");
      if (to) return location.assign(to);
      // Not taken as it is, or somebody must sign in first: the page that the server has for that is shown.
      const pressed = document.createElement("input");
      Object.assign(pressed, { type: "hidden", name: by?.name || "", value: by?.value || "" });
      if (by?.name) form.append(pressed);
      form.submit();
    } catch {
      delete form.dataset.sent;
      said.hidden = false;
      (by || form).after(said);
    }
  });
})();
