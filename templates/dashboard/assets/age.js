// How old the page is: it shows one commit, and the company goes on.
(function () {
  "use strict";
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];

  function age(seconds) {
    for (const [name, size] of units) {
      const number = Math.floor(seconds / size);
      if (number >= 1) {
        return ` (${number} ${name}${number === 1 ? "" : "s"} ago)`;
      }
    }
    return "";
  }

  const made = getComputedStyle(document.documentElement).getPropertyValue("--edition-time").replaceAll('"', "");
  for (const place of document.querySelectorAll("[data-age]")) {
    place.textContent = made ? age((Date.now() - Date.parse(made)) / 1000) : "";
  }
})();
