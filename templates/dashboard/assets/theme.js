// The reader's choice of theme. Runs before the page is drawn, so that it never flashes in the other one.
(function () {
  "use strict";
  const root = document.documentElement;
  const names = ["system", "light", "dark"];

  function stored() {
    try {
      return localStorage.getItem("gitcp-theme");
    } catch {
      return null; // a browser that keeps nothing for this site
    }
  }

  function keep(name) {
    try {
      localStorage.setItem("gitcp-theme", name);
    } catch {
      // it holds for this page
    }
  }

  function show(name) {
    if (name === "light" || name === "dark") {
      root.dataset.theme = name;
    } else {
      delete root.dataset.theme;
    }
  }

  function offer() {
    const button = document.querySelector("[data-theme-toggle]");
    const label = document.querySelector("[data-theme-name]");
    let name = root.dataset.theme || "system";
    label.textContent = name;
    button.hidden = false;
    button.addEventListener("click", function () {
      name = names[(names.indexOf(name) + 1) % names.length];
      show(name);
      keep(name);
      label.textContent = name;
    });
  }

  show(stored());
  document.addEventListener("DOMContentLoaded", offer);
})();
