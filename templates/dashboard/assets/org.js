// The org chart: sizes and moves the drawing, opens and shuts branches, finds members. Which branches differ from the beginning is kept in the fragment.
(function () {
  "use strict";
  const map = document.querySelector(".orgmap");
  if (!map) {
    return;
  }
  const MANY = 60, LEAST = 0.05, MOST = 2.5, LEGIBLE = 0.85, NARROW = 640, STEP = 1.25, WIDE = 208, HIGH = 56;
  const drawing = map.querySelector("svg");
  const find = document.getElementById("org-find"), said = document.querySelector(".orgfound");
  const nodes = new Map(), lines = new Map(), roots = [];
  let shown = null, scale = 1, current = "", matches = [], match = -1;

  for (const group of drawing.querySelectorAll(".node")) {
    const link = group.querySelector("a"), id = group.dataset.m;
    const node = { id, group, link, above: nodes.get(group.dataset.above) || null, below: [], isShut: false, startsShut: false };
    node.depth = node.above ? node.above.depth + 1 : 0;
    node.text = plain(`${id} ${link.getAttribute("aria-label")}`);
    (node.above ? node.above.below : roots).push(node);
    nodes.set(id, node);
  }
  for (const path of drawing.querySelectorAll(".edges path")) {
    lines.set(path.dataset.of, path);
  }

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  // --- branches

  function walk(found, starts, into) {
    for (const node of starts) {
      found.push(node);
      if (into(node)) {
        walk(found, node.below, into);
      }
    }
    return found;
  }

  const visible = () => walk([], roots, (node) => !node.isShut);
  const branch = (node) => walk([], [node], () => true);

  // Large companies begin with as many whole levels as can be looked over.
  function shutDeep() {
    const counts = [];
    for (const node of nodes.values()) {
      counts[node.depth] = (counts[node.depth] || 0) + 1;
    }
    let level = 0, sum = counts[0];
    while (level + 1 < counts.length && sum + counts[level + 1] <= MANY) {
      level += 1;
      sum += counts[level];
    }
    for (const node of nodes.values()) {
      node.startsShut = nodes.size > MANY && node.depth >= Math.max(1, level) && node.below.length > 0;
      node.isShut = node.startsShut;
    }
  }

  function recall() {
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const [name, isShut] of [["open", false], ["shut", true]]) {
      for (const id of (kept.get(name) || "").split(",")) {
        const node = nodes.get(id);
        if (node && node.below.length) {
          node.isShut = isShut;
        }
      }
    }
  }

  function remember() {
    const changed = (isShut) => Array.from(nodes.values()).filter((n) => n.isShut !== n.startsShut && n.isShut === isShut).map((n) => n.id).join(",");
    const parts = [["open", changed(false)], ["shut", changed(true)]].filter(([, ids]) => ids).map((part) => part.join("="));
    history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search);
  }

  function turn(node, isShut) {
    if (node.below.length && node.isShut !== isShut) {
      node.isShut = isShut;
      redraw(node);
      remember();
    }
  }

  function turnAll(isShut) {
    nodes.forEach((node) => { node.isShut = isShut && node.below.length > 0; });
    redraw(null);
    remember();
    whole();
  }

  function unfold(node) {
    let isChanged = false;
    for (let above = node.above; above; above = above.above) {
      isChanged = isChanged || above.isShut;
      above.isShut = false;
    }
    if (isChanged) {
      redraw(null);
      remember();
    }
  }

  // --- drawing

  const isNarrow = () => map.clientWidth < NARROW;

  function place(node) {
    return shown.places.get(node.id);
  }

  function redraw(anchor) {
    const before = anchor && shown ? place(anchor) : null;
    const seen = visible();
    const page = isNarrow() ? [map.clientWidth / LEGIBLE, Infinity] : undefined; // on a phone as long as it must be
    shown = window.gitcpLayout(seen.map((node) => ({ id: node.id, depth: node.depth, children: node.isShut ? [] : node.below.map((n) => n.id) })), page);
    for (const node of nodes.values()) {
      const at = place(node);
      node.group.toggleAttribute("hidden", !at);
      if (at) {
        node.group.setAttribute("transform", `translate(${at[0]} ${at[1]})`);
      }
      tell(node);
    }
    for (const [id, path] of lines) {
      const line = shown.lines.get(id);
      path.toggleAttribute("hidden", !line);
      if (line) {
        path.setAttribute("d", line);
      }
    }
    if (!shown.places.has(current)) {
      choose(seen[0]);
    }
    const moved = before ? place(anchor) : null;
    const left = map.scrollLeft + (moved ? (moved[0] - before[0]) * scale : 0);
    const top = map.scrollTop + (moved ? (moved[1] - before[1]) * scale : 0);
    size(scale);
    map.scrollTo(left, top);
  }

  function tell(node) {
    if (!node.below.length) {
      return;
    }
    node.link.setAttribute("aria-expanded", String(!node.isShut));
    node.mark.textContent = node.isShut ? `+${node.count}` : "−";
    node.mark.classList.toggle("is-busy", node.isShut && node.isBusy);
  }

  function size(wanted) {
    scale = Math.min(MOST, Math.max(LEAST, wanted));
    drawing.setAttribute("viewBox", `0 0 ${shown.width} ${shown.height}`);
    drawing.setAttribute("width", String(shown.width * scale));
    drawing.setAttribute("height", String(shown.height * scale));
    map.classList.remove("is-low");
    map.classList.toggle("is-low", shown.height * scale < map.clientHeight);
  }

  // Size around a point of the map, in its own pixels; what is under it stays there.
  function zoom(wanted, x, y) {
    const box = drawing.getBoundingClientRect(), frame = map.getBoundingClientRect();
    const across = (frame.left + x - box.left) / scale, down = (frame.top + y - box.top) / scale;
    size(wanted);
    const after = drawing.getBoundingClientRect();
    map.scrollBy(after.left + across * scale - frame.left - x, after.top + down * scale - frame.top - y);
  }

  function centre(node) {
    const [x, y] = place(node);
    map.scrollTo((x + WIDE / 2) * scale - map.clientWidth / 2, (y + HIGH / 2) * scale - map.clientHeight / 2);
  }

  function reveal(node) {
    const box = node.group.getBoundingClientRect(), frame = map.getBoundingClientRect();
    const over = (start, end, from, to) => (start < from ? start - from - 12 : Math.max(0, end - to + 12));
    map.scrollBy(over(box.left, box.right, frame.left, frame.right), over(box.top, box.bottom, frame.top, frame.bottom));
  }

  function whole() {
    size(Math.min((map.clientWidth - 2) / shown.width, (map.clientHeight - 2) / shown.height, 1));
    map.scrollTo(0, 0);
  }

  // The branch of the chosen member as wide as the map.
  function fit() {
    const chosen = nodes.get(current), top = chosen.below.length || !chosen.above ? chosen : chosen.above;
    const at = branch(top).map(place).filter(Boolean);
    const left = Math.min(...at.map(([x]) => x)), right = Math.max(...at.map(([x]) => x + WIDE));
    size(Math.min((map.clientWidth - 16) / (right - left), 1));
    map.scrollTo(left * scale - 8, place(top)[1] * scale - 8);
  }

  // --- the tree by keyboard, as trees are walked everywhere

  function choose(node) {
    nodes.get(current)?.link.setAttribute("tabindex", "-1");
    current = node.id;
    node.link.setAttribute("tabindex", "0");
  }

  function go(node) {
    if (node) {
      choose(node);
      node.link.focus({ preventScroll: true });
      reveal(node);
    }
  }

  function key(event) {
    const node = nodes.get(current), seen = visible(), at = seen.indexOf(node);
    const keys = {
      ArrowDown: () => go(seen[at + 1]),
      ArrowUp: () => go(seen[at - 1]),
      ArrowRight: () => (node.isShut ? turn(node, false) : go(node.below[0])),
      ArrowLeft: () => (node.below.length && !node.isShut ? turn(node, true) : go(node.above)),
      Home: () => go(seen[0]),
      End: () => go(seen[seen.length - 1]),
      " ": () => turn(node, !node.isShut),
    };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key]();
      reveal(nodes.get(current));
    }
  }

  function sizeKey(event) {
    const keys = { "+": more, "=": more, "-": less, "0": fit };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key]();
    }
  }

  const more = () => zoom(scale * STEP, map.clientWidth / 2, map.clientHeight / 2);
  const less = () => zoom(scale / STEP, map.clientWidth / 2, map.clientHeight / 2);

  // --- finding

  function search() {
    const wanted = plain(find.value).split(/\s+/).filter(Boolean);
    matches = [];
    for (const node of nodes.values()) {
      const isFound = wanted.length > 0 && wanted.every((word) => node.text.includes(word));
      node.group.classList.toggle("is-found", isFound);
      if (isFound) {
        matches.push(node);
      }
    }
    match = -1;
    next();
    said.textContent = !wanted.length ? "" : matches.length > 1 ? `${matches.length} found, Enter shows the next` : matches.length ? "1 found" : "nobody found";
  }

  function next() {
    if (matches.length) {
      match = (match + 1) % matches.length;
      unfold(matches[match]);
      choose(matches[match]);
      size(Math.max(scale, LEGIBLE));
      centre(matches[match]);
    }
  }

  function findKey(event) {
    if (event.key === "Enter") {
      next();
    } else if (event.key === "Escape") {
      find.value = "";
      search();
    }
  }

  // --- mouse and fingers

  function wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const frame = map.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - frame.left, event.clientY - frame.top);
    }
  }

  const fingers = new Map();
  let drag = null, wasDragged = false, spread = 0;

  function down(event) {
    wasDragged = false;
    if (event.pointerType === "mouse") {
      drag = event.button === 0 ? { x: event.clientX, y: event.clientY, left: map.scrollLeft, top: map.scrollTop } : null;
      return;
    }
    fingers.set(event.pointerId, event);
    spread = 0;
  }

  function move(event) {
    if (drag) {
      const x = event.clientX - drag.x, y = event.clientY - drag.y;
      if (wasDragged || Math.hypot(x, y) > 4) {
        wasDragged = true;
        map.classList.add("is-dragged");
        map.setPointerCapture(event.pointerId);
        map.scrollTo(drag.left - x, drag.top - y);
      }
    } else if (fingers.has(event.pointerId)) {
      fingers.set(event.pointerId, event);
      pinch();
    }
  }

  function pinch() {
    if (fingers.size !== 2) {
      return;
    }
    const [one, other] = fingers.values(), frame = map.getBoundingClientRect();
    const wide = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (spread) {
      zoom(scale * wide / spread, (one.clientX + other.clientX) / 2 - frame.left, (one.clientY + other.clientY) / 2 - frame.top);
    }
    spread = wide;
  }

  function up(event) {
    drag = null;
    fingers.delete(event.pointerId);
    spread = 0;
    map.classList.remove("is-dragged");
  }

  // --- begin

  function part(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  }

  function addSwitch(node) {
    const group = part("g", { class: "node-switch", "aria-hidden": "true" });
    node.count = branch(node).length - 1;
    node.mark = part("text", { x: "182", y: "59" });
    group.append(part("rect", { class: "hit", x: "156", y: "38", width: "52", height: "26" }), part("rect", { class: "pill", x: "164", y: "47", width: "36", height: "16", rx: "8" }), node.mark);
    node.isBusy = branch(node).some((each) => each !== node && each.group.querySelector(".tone-busy"));
    group.addEventListener("click", function () {
      if (!wasDragged) {
        turn(node, !node.isShut);
      }
    });
    node.group.append(group);
  }

  function begin() {
    drawing.setAttribute("role", "tree");
    for (const node of nodes.values()) {
      const beside = node.above ? node.above.below : roots;
      const said = { role: "treeitem", tabindex: "-1", "aria-level": node.depth + 1, "aria-setsize": beside.length, "aria-posinset": beside.indexOf(node) + 1 };
      Object.entries(said).forEach(([name, value]) => node.link.setAttribute(name, String(value)));
      node.link.addEventListener("focus", () => choose(node));
      if (node.below.length) {
        addSwitch(node);
      }
    }
    map.classList.add("is-live");
    document.querySelectorAll("[data-orgbar]").forEach((bar) => { bar.hidden = false; });
    shutDeep();
    recall();
    redraw(null);
    const high = isNarrow() ? Infinity : map.clientHeight / shown.height;
    size(Math.min(1, Math.max(LEGIBLE, Math.min(map.clientWidth / shown.width, high))));
    map.scrollTo((place(nodes.get(current))[0] + WIDE / 2) * scale - map.clientWidth / 2, 0);
  }

  const actions = { more, less, fit, whole, open: () => turnAll(false), shut: () => turnAll(true) };
  document.querySelectorAll("[data-org]").forEach((button) => button.addEventListener("click", actions[button.dataset.org]));
  find.addEventListener("input", search);
  find.addEventListener("keydown", findKey);
  drawing.addEventListener("keydown", key);
  map.addEventListener("keydown", sizeKey);
  map.addEventListener("wheel", wheel, { passive: false });
  map.addEventListener("pointerdown", down);
  map.addEventListener("pointermove", move);
  map.addEventListener("pointerup", up);
  map.addEventListener("pointercancel", up);
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener("click", function (event) {
    if (wasDragged) {
      event.preventDefault();
    }
  }, true);
  begin();
})();
