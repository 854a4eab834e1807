// A device that is told (R38): asked for by a press alone, and offered only where its browser can.
(() => {
  "use strict";
  const form = document.querySelector("form[data-key]");
  const { serviceWorker } = navigator;
  if (!form || !serviceWorker || !window.PushManager || !window.Notification) return;
  const [cannot, refused] = document.querySelectorAll("[data-cannot], [data-refused]");
  cannot.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refused.hidden = true;
    try {
      if (await Notification.requestPermission() !== "granted") throw 0;
      await serviceWorker.register(form.dataset.worker);
      const { pushManager } = await serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe(); // of whoever was here before, or of another key
      const options = { userVisibleOnly: true, applicationServerKey: form.dataset.key };
      form.elements.address.value = (await pushManager.subscribe(options)).endpoint;
      form.submit();
    } catch { refused.hidden = false; }
  });
})();
