// The log's filters. They look at the page's own commits, or, if somebody wants that, at all: those come part by part, the newest first, as
// scripts, since a page from a disk may load nothing else.
(function () {
  "use strict";

  const MOST = 200;
  const log = document.querySelector("[data-log]");
  const sieve = log && log.querySelector("[data-sieve]");
  if (!sieve) {
    return;
  }
  const root = log.dataset.log;
  const shown = log.querySelector("[data-shown]");
  const found = log.querySelector("[data-found]");
  const said = sieve.querySelector("[data-said]");
  const words = sieve.querySelector("[data-words]");
  const all = sieve.querySelector("[data-all]");
  const picks = Array.from(sieve.querySelectorAll("[data-pick]"));
  const commits = [];
  let parts = null;
  let next = 0;
  let loading = false;
  let broken = false;

  const items = Array.from(log.querySelectorAll("[data-entry]"), function (element) {
    const { actor, who, operation, kind } = element.dataset;
    return { element, actor, who, operation, kind: kind.split(" "), text: plain(element.textContent) };
  });

  window.gitcpLog = {
    parts: function (count) {
      parts = next = count;
    },
    part: function (number, rows) {
      for (const row of rows) {
        const [at, day, who, href, actor, operation, kind, what, why, commit, place] = row;
        const text = plain([day, who, operation, what, why, commit].join(" "));
        commits.push({ at, day, who, href, actor, operation, kind: kind.split(" "), what, why, commit, place, text });
      }
    },
  };

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function load(path, done) {
    const script = document.createElement("script");
    script.src = root + path;
    script.addEventListener("load", done);
    script.addEventListener("error", function () {
      broken = true;
      done();
    });
    document.head.append(script);
  }

  function wanted() {
    const texts = plain(words.value).split(/\s+/).filter(Boolean);
    const chosen = Object.fromEntries(picks.map((pick) => [pick.dataset.pick, pick.value]));
    return function (it) {
      return (!chosen.actor || it.actor === chosen.actor) &&
        (!chosen.operation || it.operation === chosen.operation) &&
        (!chosen.kind || it.kind.includes(chosen.kind)) &&
        texts.every((text) => it.text.includes(text));
    };
  }

  function options(those) {
    for (const pick of picks) {
      const name = pick.dataset.pick;
      const known = new Map(Array.from(pick.options, (option) => [option.value, option.text]));
      for (const it of those) {
        for (const value of [it[name]].flat()) {
          if (value && !known.has(value)) {
            known.set(value, name === "actor" ? it.who : value);
          }
        }
      }
      const [first, ...others] = known;
      others.sort((one, other) => one[1].localeCompare(other[1]));
      const chosen = pick.value;
      pick.replaceChildren(...[first, ...others].map(([value, text]) => new Option(text, value)));
      pick.value = chosen;
    }
  }

  function part(tag, name, ...content) {
    const element = document.createElement(tag);
    element.className = name;
    element.append(...content.filter(Boolean));
    return element;
  }

  function link(href, text) {
    if (!href) {
      return part("bdi", "", text);
    }
    const element = part("a", "", part("bdi", "", text));
    element.href = root + href;
    return element;
  }

  function entry(it) {
    const at = part("time", "entry-at", it.day);
    at.dateTime = it.at;
    const what = part("p", "", link(it.place, it.what));
    what.dir = "auto";
    return part("li", "entry",
      at,
      part("p", "entry-who", link(it.href, it.who)),
      part("div", "entry-what", what, it.why && part("p", "entry-why", it.why)),
      part("p", "entry-how", part("span", "", it.operation), part("code", "", it.commit)));
  }

  function applyHere(fits) {
    let count = 0;
    for (const it of items) {
      it.element.hidden = !fits(it);
      count += it.element.hidden ? 0 : 1;
    }
    for (const day of shown.querySelectorAll("[data-day]")) {
      day.hidden = !day.querySelector("[data-entry]:not([hidden])");
    }
    said.textContent = count === items.length ? "" : `${count} of ${items.length} on this page`;
  }

  function applyAll(fits) {
    const those = commits.filter(fits);
    found.replaceChildren(...those.slice(0, MOST).map(entry));
    const more = next > 0 && those.length < MOST && !broken;
    const seen = `${commits.length.toLocaleString("en")} commits`;
    said.textContent = broken ? `A part of the log could not be read; ${those.length} found in ${seen}`
      : more ? `${those.length} found so far, in ${seen}`
      : those.length >= MOST && (next > 0 || those.length > MOST) ? `The newest ${MOST}; more words find less`
      : `${those.length} found in ${seen}`;
    if (more && !loading) {
      go();
    }
  }

  function go() {
    const first = parts === null;
    const number = next;
    loading = true;
    load(first ? "data/log.js" : `data/log/${number}.js`, function () {
      loading = false;
      if (!first && !broken) {
        next = number - 1;
      }
      options(commits);
      apply();
    });
  }

  function apply() {
    shown.hidden = all.checked;
    found.hidden = !all.checked;
    if (!all.checked) {
      applyHere(wanted());
    } else if (parts === null && !broken) {
      if (!loading) {
        go();
      }
    } else {
      applyAll(wanted());
    }
  }

  options(items);
  words.addEventListener("input", apply);
  words.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      words.value = "";
      apply();
    }
  });
  for (const control of [...picks, all]) {
    control.addEventListener("change", apply);
  }
  sieve.hidden = items.length === 0;
  apply();
})();
