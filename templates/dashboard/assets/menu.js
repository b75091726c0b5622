// The menu on a small screen, and the way to the search by one key.
(function () {
  "use strict";
  const menu = document.querySelector(".menu");
  const summary = menu.querySelector("summary");
  const narrow = () => summary.offsetParent !== null;

  function close() {
    menu.open = false;
  }

  function search() {
    const box = document.querySelector("main input[type=search][data-search]");
    const way = menu.querySelector('a[href$="search.html"]');
    if (box) {
      box.focus();
    } else if (way) {
      way.click();
    }
    return box || way;
  }

  // A browser that cannot show what is in a closed <details> gets an open one, where there is room for it.
  if (!CSS.supports("selector(::details-content)") && !narrow()) {
    menu.open = true;
  }

  document.addEventListener("click", function (event) {
    if (menu.open && narrow() && !menu.contains(event.target)) {
      close();
    }
  });

  document.addEventListener("keydown", function (event) {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape" && menu.open && narrow()) {
      close();
      summary.focus();
    } else if (event.key === "/" && plain && !typing && search()) {
      event.preventDefault();
    }
  });
})();
