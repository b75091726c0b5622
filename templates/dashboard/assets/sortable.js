// Tables whose columns sort: by the text of their cells, or by a value that a cell carries.
(function () {
  "use strict";
  const compare = {
    text: (one, other) => one.localeCompare(other, undefined, { numeric: true, sensitivity: "base" }),
    number: (one, other) => Number(one) - Number(other),
    value: (one, other) => (one < other ? -1 : one > other ? 1 : 0),
  };

  function value(row, column) {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  }

  // What counts most comes first where things are counted; names begin with A.
  function turned(head) {
    const first = head.dataset.by === "text" ? "ascending" : "descending";
    const way = head.getAttribute("aria-sort");
    return way === "none" ? first : way === "ascending" ? "descending" : "ascending";
  }

  function sort(table, heads, head) {
    const way = turned(head), column = head.cellIndex, body = table.tBodies[0];
    const sign = way === "ascending" ? 1 : -1;
    const rows = Array.from(body.rows, (row) => [value(row, column), row]);
    rows.sort((one, other) => sign * compare[head.dataset.by](one[0], other[0]));
    heads.forEach((each) => each.setAttribute("aria-sort", each === head ? way : "none"));
    body.append(...rows.map(([, row]) => row));
  }

  for (const table of document.querySelectorAll("[data-sortable]")) {
    const heads = Array.from(table.querySelectorAll("th[data-by]"));
    for (const head of heads) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(table, heads, head));
    }
  }
})();
