// A box that hides what does not hold every word that is typed. What it looks at is the text that a reader sees.
(function () {
  "use strict";

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function words(box) {
    return plain(box.value).split(/\s+/).filter(Boolean);
  }

  function recount(target) {
    for (const group of target.querySelectorAll("[data-group]")) {
      const count = group.querySelector("[data-count]");
      count.dataset.count ||= count.textContent;
      const shown = group.querySelectorAll("[data-item]:not([hidden])").length;
      const all = group.querySelectorAll("[data-item]").length;
      count.textContent = shown === all ? count.dataset.count : `${shown} of ${count.dataset.count}`;
    }
  }

  function start(filter) {
    const target = document.querySelector(filter.dataset.filter);
    const box = filter.querySelector("input");
    const said = filter.querySelector("[role=status]");
    const items = Array.from(target.querySelectorAll("[data-item]"), (item) => [item, plain(item.textContent)]);

    function apply() {
      const wanted = words(box);
      let shown = 0;
      for (const [item, text] of items) {
        item.hidden = !wanted.every((word) => text.includes(word));
        shown += item.hidden ? 0 : 1;
      }
      recount(target);
      said.textContent = wanted.length ? `${shown} of ${items.length} shown` : "";
    }

    box.addEventListener("input", apply);
    box.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        box.value = "";
        apply();
      }
    });
    filter.hidden = items.length === 0;
    apply(); // a browser may fill in what was typed before
  }

  document.querySelectorAll("[data-filter]").forEach(start);
})();
