// Security keys: the browser asks the key, and the form carries the answer. Needs webauthn-json.js before it.
(() => {
  "use strict";
  document.querySelectorAll("form[data-key]").forEach((form) => {
    const button = form.querySelector("button");
    const failed = form.querySelector("[data-key-failed]");
    form.querySelector("[data-key-without]").hidden = true;
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      button.disabled = true;
      try {
        const answer = await window.webauthnJSON[form.dataset.key](JSON.parse(form.dataset.options));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        failed.hidden = false;
        button.disabled = false;
      }
    });
  });
})();
