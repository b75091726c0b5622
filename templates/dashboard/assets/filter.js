// A box that hides what does not hold every word that is typed, and choices of what else has to be so. What the box looks at is the
// text that a reader sees; what a choice looks at stands in an attribute, a value per line.
(function () {
  "use strict";

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function words(box) {
    return plain(box.value).split(/\s+/).filter(Boolean);
  }

  function values(item, name) {
    return item.dataset[name] ? item.dataset[name].split("\n") : [];
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

  function offer(choice, items) {
    const all = new Set(items.flatMap((item) => values(item, choice.dataset.by)));
    for (const value of Array.from(all).sort((one, other) => one.localeCompare(other))) {
      choice.add(new Option(value, value));
    }
    choice.closest("p").hidden = all.size === 0;
  }

  function start(filter) {
    const target = document.querySelector(filter.dataset.filter);
    const box = filter.querySelector("input");
    const choices = Array.from(filter.querySelectorAll("select"));
    const said = filter.querySelector("[role=status]");
    const items = Array.from(target.querySelectorAll("[data-item]"), (item) => [item, plain(item.textContent)]);

    function apply() {
      const wanted = words(box);
      const chosen = choices.filter((choice) => choice.value);
      let shown = 0;
      for (const [item, text] of items) {
        const fits = (choice) => values(item, choice.dataset.by).includes(choice.value);
        item.hidden = !(wanted.every((word) => text.includes(word)) && chosen.every(fits));
        shown += item.hidden ? 0 : 1;
      }
      recount(target);
      said.textContent = wanted.length + chosen.length ? `${shown} of ${items.length} shown` : "";
    }

    for (const choice of choices) {
      offer(choice, items.map(([item]) => item));
      choice.addEventListener("change", apply);
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
