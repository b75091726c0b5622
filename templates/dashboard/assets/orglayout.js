// Where the boxes of a tree stand: the same as gitcp/dashboard/layout.py, so that branches can be opened and shut. A test compares them.
(function () {
  "use strict";
  const WIDE = 208, HIGH = 56, ROW = 32, GAP = 16, APART = 48, STEM = 12, INDENT = 28, MARGIN = 16, STEP = 3, BOX = 2;
  const PAGE = [1240, 760];
  const FORMS = [[0, 0]];
  for (let hang = 0; hang <= 3; hang += 1) {
    for (const column of [4, 8, 14, 24]) {
      FORMS.push([hang, column]);
    }
  }

  function comb(x, y, tops) {
    const middles = tops.map((top) => top + HIGH / 2);
    return `M${x} ${y}V${middles[middles.length - 1]}` + middles.map((middle) => `M${x} ${middle}h${INDENT - STEM}`).join("");
  }

  function column(nodes) {
    const rows = BOX * nodes.length, indent = INDENT - STEM;
    return {
      left: Array(rows).fill(0),
      right: Array(rows).fill(indent + WIDE),
      entry: 0,
      nodes: nodes.map((node, at) => [node, indent, BOX * at]),
      isColumn: true,
    };
  }

  function beside(items, gap) {
    const whole = { left: [], right: [], nodes: [] };
    for (const item of items) {
      let shift = whole.right.length ? -Infinity : 0;
      for (let row = 0; row < Math.min(whole.right.length, item.left.length); row += 1) {
        shift = Math.max(shift, whole.right[row] + gap - item.left[row]);
      }
      for (let row = 0; row < item.right.length; row += 1) {
        if (row >= whole.left.length) {
          whole.left.push(shift + item.left[row]);
        }
        whole.right[row] = shift + item.right[row];
      }
      for (const [node, x, row] of item.nodes) {
        whole.nodes.push([node, shift + x, row]);
      }
      item.entry += shift;
    }
    return whole;
  }

  // `tree` is in depth-first order: id, depth, children (ids).
  function draw(tree, hang, long) {
    const levels = new Map(), parts = new Map(), below = new Map(), offsets = new Map();

    function single(node) {
      const part = parts.get(node);
      return { left: part.left, right: part.right, entry: part.entry, nodes: [[node, 0, 0]], isColumn: false };
    }

    function itemsOf(nodes) {
      const alone = long ? nodes.filter((node) => levels.get(node) === 0) : [];
      if (alone.length <= 1) {
        return nodes.map(single);
      }
      const most = Math.ceil(alone.length / Math.ceil(alone.length / long));
      const items = nodes.filter((node) => levels.get(node) > 0).map(single);
      for (let at = 0; at < alone.length; at += most) {
        items.push(column(alone.slice(at, at + most)));
      }
      return items;
    }

    function settle(whole, x, row) {
      for (const [node, across, down] of whole.nodes) {
        offsets.set(node, [x + across, row + down]);
      }
    }

    function plain() {
      return { left: Array(BOX).fill(0), right: Array(BOX).fill(WIDE), entry: WIDE / 2 };
    }

    function hanging(branch) {
      const part = plain();
      for (const child of branch.children) {
        offsets.set(child, [INDENT, part.left.length]);
        for (const edge of parts.get(child).right) {
          part.left.push(STEM);
          part.right.push(INDENT + edge);
        }
      }
      return part;
    }

    function spread(branch) {
      const items = itemsOf(branch.children), whole = beside(items, GAP), part = plain(), middle = WIDE / 2;
      const own = Math.floor((items[0].entry + items[items.length - 1].entry) / 2) - middle;
      below.set(branch.id, items);
      settle(whole, -own, STEP);
      items.forEach((item) => { item.entry -= own; });
      part.left.push(Math.min(middle, items[0].entry), ...whole.left.map((edge) => edge - own));
      part.right.push(Math.max(middle, items[items.length - 1].entry), ...whole.right.map((edge) => edge - own));
      return part;
    }

    for (let at = tree.length - 1; at >= 0; at -= 1) {
      const branch = tree[at];
      levels.set(branch.id, 1 + Math.max(-1, ...branch.children.map((child) => levels.get(child))));
      parts.set(branch.id, !branch.children.length ? plain() : levels.get(branch.id) <= hang ? hanging(branch) : spread(branch));
    }
    const whole = beside(itemsOf(tree.filter((branch) => branch.depth === 0).map((branch) => branch.id)), APART);
    settle(whole, 0, 0);

    const places = new Map(), above = new Map(), lines = new Map();
    const left = whole.left.reduce((least, edge) => Math.min(least, edge), whole.left.length ? Infinity : 0);
    const right = whole.right.reduce((most, edge) => Math.max(most, edge), whole.right.length ? -Infinity : 0);
    for (const branch of tree) {
      branch.children.forEach((child) => above.set(child, branch.id));
      const [x, y] = branch.depth ? places.get(above.get(branch.id)) : [MARGIN - left, MARGIN];
      const [across, down] = offsets.get(branch.id);
      places.set(branch.id, [x + across, y + down * ROW]);
    }

    function line(branch) {
      const [x, y] = places.get(branch.id), foot = y + HIGH, items = below.get(branch.id);
      if (!items) {
        return comb(x + STEM, foot, branch.children.map((child) => places.get(child)[1]));
      }
      const top = y + STEP * ROW, bar = Math.floor((foot + top) / 2);
      return `M${x + WIDE / 2} ${foot}V${bar}M${x + items[0].entry} ${bar}H${x + items[items.length - 1].entry}` + items.map((item) => {
        const entry = x + item.entry;
        return item.isColumn ? comb(entry, bar, item.nodes.map(([node]) => places.get(node)[1])) : `M${entry} ${bar}V${top}`;
      }).join("");
    }

    for (const branch of tree) {
      if (branch.children.length) {
        lines.set(branch.id, line(branch));
      }
    }
    const rows = whole.left.length;
    return {
      width: right - left + 2 * MARGIN,
      height: Math.max(0, rows * ROW - (BOX * ROW - HIGH)) + 2 * MARGIN,
      places,
      lines,
    };
  }

  // `page` is what a form should fit: that of the builder, unless said otherwise.
  window.gitcpLayout = function (tree, page = PAGE) {
    let best = null, size = 0;
    for (const [hang, long] of FORMS) {
      const found = draw(tree, hang, long), here = Math.min(page[0] / found.width, page[1] / found.height);
      if (here >= 1) {
        return found;
      }
      if (here > size) {
        [best, size] = [found, here];
      }
    }
    return best;
  };
})();
