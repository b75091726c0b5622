// Reloads the page when the site that is served is another. Served beside the site by gitcp site serve, and part of no site.
(function () {
  "use strict";
  const PAUSE = 700;
  let shown = null;

  async function look() {
    try {
      const answer = await fetch("/~edition", { cache: "no-store" });
      const edition = await answer.text();
      if (shown !== null && edition !== shown) {
        location.reload();
        return;
      }
      shown = edition;
    } catch {
      // the server has ended, or begins again
    }
    setTimeout(next, PAUSE);
  }

  function next() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", look, { once: true });
    } else {
      look();
    }
  }

  look();
})();
