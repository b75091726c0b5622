// Words as the index of the search has them: the same rules as in gitcp/dashboard/terms.py.
(function () {
  "use strict";
  const LONGEST = 32;
  const BLOCK = 16;
  const DENSE = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const RUN = new RegExp(`[${DENSE}]+|(?:(?![${DENSE}])[\\p{L}\\p{N}])+`, "gu");
  const dense = new RegExp(`^[${DENSE}]`, "u");
  const plain = /^[a-z0-9]$/;
  const hex = (sign) => sign.codePointAt(0).toString(16);

  function fold(text) {
    return text.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  }

  function words(text) {
    return (fold(text).match(RUN) ?? []).flatMap(function (run) {
      const signs = Array.from(run);
      if (!dense.test(run) || signs.length === 1) {
        return [signs.slice(0, LONGEST).join("")];
      }
      return signs.slice(1).map((sign, place) => signs[place] + sign);
    });
  }

  function shard(word) {
    const [first, second] = Array.from(word);
    if (dense.test(first)) {
      return `d-${Math.floor(first.codePointAt(0) / BLOCK).toString(16)}`;
    }
    if (plain.test(first)) {
      return first + (second && plain.test(second) ? second : "_");
    }
    return second ? `u-${hex(first)}-${hex(second)}` : `u-${hex(first)}`;
  }

  // Numbers in order, written as the first and the steps to the next ones; `1x3` is a step of one, three times.
  function numbers(steps) {
    const found = [];
    let last = 0;
    for (const step of steps.split(" ")) {
      const [size, times] = step.split("x");
      for (let left = Number(times ?? 1); left > 0; left -= 1) {
        last += Number(size);
        found.push(last);
      }
    }
    return found;
  }

  window.gitcp.terms = { fold, words, shard, numbers };
})();
