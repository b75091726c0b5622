// Buttons that copy commands and drafts; a draft that says when gets the present time.
(function () {
  "use strict";
  const TIME = "YYYY-MM-DDTHH:MM:SSZ";

  function later(button) {
    setTimeout(function () { button.textContent = "Copy"; }, 2000);
  }

  function select(place) {
    const range = document.createRange();
    range.selectNodeContents(place);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }

  function offer(place) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", function () {
      const done = navigator.clipboard ? navigator.clipboard.writeText(place.textContent) : Promise.reject();
      done.then(function () { button.textContent = "Copied"; }, function () {
        select(place);
        button.textContent = "Selected";
      }).then(function () { later(button); });
    });
    place.after(button);
  }

  for (const place of document.querySelectorAll("[data-dated]")) {
    place.textContent = place.textContent.replaceAll(TIME, new Date().toISOString().slice(0, 19) + "Z");
  }
  document.querySelectorAll("[data-copy]").forEach(offer);
})();
