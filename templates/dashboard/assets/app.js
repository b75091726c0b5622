// On a web server the site can be installed as an app, and what was seen can be read without a connection. From a disk it is all there.
(function () {
  "use strict";
  const root = new URL("..", document.currentScript.src);

  if (!root.protocol.startsWith("http") || !window.isSecureContext || !("serviceWorker" in navigator)) {
    return;
  }

  for (const [rel, path] of [["manifest", "manifest.webmanifest"], ["apple-touch-icon", "assets/icon-192.png"]]) {
    const link = document.createElement("link");
    link.rel = rel;
    link.href = new URL(path, root).href;
    document.head.append(link);
  }

  window.addEventListener("load", function () {
    navigator.serviceWorker.register(new URL("sw.js", root)).catch(function () {
      // a browser that allows none: the site works without
    });
  });
})();
