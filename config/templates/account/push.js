{% load i18n static %}{% translate "You have one item to look at in Causeway." as text %}// One text for everything (R38). It keeps no page, reads no push and answers no request.
addEventListener("push", (event) => event.waitUntil(registration.showNotification("Causeway", {
  body: "{{ text|escapejs }}", icon: "{% static "causeway/icon.svg" %}", tag: "causeway", renotify: true,
})));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow("/"));
});
