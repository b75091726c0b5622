// Search over everything: only those shards of words are loaded that were typed, and of the tasks that are found only their rows.
(function () {
  "use strict";
  const SHOWN = 50;
  const EACH = 8;
  const PAUSE = 120;
  const EXACT = 0.5;
  const OLDER = 0.25;

  const { fold, words, shard, numbers } = window.gitcp.terms;
  const load = window.gitcp.load;
  const finder = document.querySelector("[data-finder]");
  const root = finder.dataset.root;
  const box = finder.querySelector("[data-search]");
  const said = finder.querySelector("[data-said]");
  const place = finder.querySelector("[data-found]");
  const signs = new Map(Array.from(finder.querySelectorAll("template"), (one) => [one.dataset.status, one.content]));
  let turn = 0;
  let waiting = null;

  // tasks by their words

  // What one word that was typed stands in: by project the weight of each task's number, and below which number it may stand in any task.
  async function lookup(word, index, isLast) {
    const name = shard(word);
    const found = new Map();
    if (!index.words.has(name)) {
      return found;
    }
    for (const [known, ...postings] of await load(`search/${name}`)) {
      if (known === word || (isLast && known.startsWith(word))) {
        for (const [key, weight, steps, isCut] of postings) {
          if (!found.has(key)) {
            found.set(key, { weights: new Map(), below: 0 });
          }
          const there = found.get(key);
          const all = numbers(steps);
          for (const number of all) {
            there.weights.set(number, Math.max(there.weights.get(number) ?? 0, weight + (known === word ? EXACT : 0)));
          }
          there.below = Math.max(there.below, isCut ? all[0] : 0);
        }
      }
    }
    return found;
  }

  function weigh(hits, key, number) {
    let score = 0;
    for (const hit of hits) {
      const there = hit.get(key);
      const weight = there?.weights.get(number) ?? (there && number < there.below ? OLDER : 0);
      if (weight === 0) {
        return 0;
      }
      score += weight;
    }
    return score;
  }

  function* matches(hits) {
    for (const key of hits[0].keys()) {
      const numbered = new Set(hits.flatMap((hit) => Array.from(hit.get(key)?.weights.keys() ?? [])));
      for (const number of numbered) {
        const score = weigh(hits, key, number);
        if (score > 0) {
          yield { key, number, score };
        }
      }
    }
  }

  function* named(query, tasks) {
    const [, key, number] = query.trim().match(/^(?:([a-z][a-z0-9]{1,9})-)?0*([0-9]{1,9})$/i) ?? [];
    for (const project of number ? new Set(tasks.shards.map(([name]) => name)) : []) {
      if (!key || key.toUpperCase() === project) {
        yield { key: project, number: Number(number), score: Infinity };
      }
    }
  }

  function rank(one, other) {
    return other.score - one.score || other.isOpen - one.isOpen || other.number - one.number || (one.key < other.key ? -1 : 1);
  }

  async function rowsOf(found, tasks) {
    const there = new Set(tasks.shards.flatMap(([key, at, open, closed]) => [open && `${key}-${at}.open`, closed && `${key}-${at}.closed`]));
    const file = ({ key, number, isOpen }) => `${key}-${Math.floor(number / tasks.size)}.${isOpen ? "open" : "closed"}`;
    const files = Array.from(new Set(found.map(file))).filter((name) => there.has(name));
    const rows = new Map();
    for (const some of await Promise.all(files.map((name) => load(`tasks/${name}`)))) {
      for (const row of some) {
        rows.set(row[0].replace(/-0*(?=[0-9])/, "-"), row);
      }
    }
    return found.map(({ key, number }) => rows.get(`${key}-${number}`)).filter(Boolean);
  }

  async function findTasks(query, index) {
    const wanted = Array.from(new Set(words(query)));
    const isPrefix = !/\s$/.test(query);
    const [tasks, open] = await Promise.all([load("tasks"), load("open")]);
    const opened = new Map(open.map(([key, steps]) => [key, new Set(numbers(steps))]));
    const hits = await Promise.all(wanted.map((word, at) => lookup(word, index, isPrefix && at === wanted.length - 1)));
    const found = new Map();
    for (const one of [...named(query, tasks), ...(hits.length ? matches(hits) : [])]) {
      const name = `${one.key}-${one.number}`;
      if (!found.has(name)) {
        found.set(name, { ...one, isOpen: Number(opened.get(one.key)?.has(one.number) ?? false) });
      }
    }
    const best = Array.from(found.values()).sort(rank).slice(0, SHOWN);
    return { rows: await rowsOf(best, tasks), names: new Map(tasks.members), count: found.size };
  }

  // everything else by its name

  function fits(wanted, text) {
    const there = words(text);
    return wanted.every((word) => there.some((one) => one.startsWith(word)));
  }

  function findNamed(query, all) {
    const wanted = words(query);
    const groups = new Map();
    for (const [group, id, name, more, href] of all) {
      if (wanted.length && fits(wanted, `${id} ${name} ${more}`)) {
        groups.set(group, [...(groups.get(group) ?? []), { name, href, more: [id, more].filter(Boolean).join(" · ") }]);
      }
    }
    return groups;
  }

  function pages() {
    return Array.from(document.querySelectorAll(".sections a"), (link) => {
      const [name] = link.textContent.trim().split("\n");
      return ["Pages", "", name, "", link.getAttribute("href").slice(root.length)];
    });
  }

  async function findRuns(query, index) {
    const id = fold(query.trim()).replaceAll("-", (sign, at) => (at < 8 ? "" : sign));
    const day = id.slice(0, 8);
    if (!/^[0-9]{8}/.test(id) || !index.days.has(day)) {
      return [];
    }
    const runs = await load(`search/runs-${day}`);
    return runs
      .filter(([name]) => name.toLowerCase().startsWith(id))
      .map(([name, agent, task]) => ({ name, href: `runs/${name}.html`, more: [agent, task].filter(Boolean).join(" · ") }));
  }

  // drawing

  function make(tag, style, text) {
    const element = document.createElement(tag);
    element.className = style;
    element.textContent = text;
    return element;
  }

  function entry({ name, href, more, sign }) {
    const item = document.createElement("li");
    const line = make("div", "line", "");
    const main = make("div", "line-main", "");
    const link = make("a", "title", name);
    link.dir = "auto";
    link.href = root + href;
    main.append(link, make("p", "meta", more));
    line.append(...(sign ? [sign.cloneNode(true)] : []), main);
    item.append(line);
    return item;
  }

  function section(title, entries, note) {
    const part = make("section", "found", "");
    const list = make("ul", "rows", "");
    list.append(...entries.map(entry));
    part.append(make("h2", "", title), list);
    if (note) {
      part.append(make("p", "note", note));
    }
    return part;
  }

  function taskEntry([id, title, status, , assignee], names) {
    const who = assignee ? (names.get(assignee) ?? assignee) : "nobody";
    return { name: title, href: `tasks/${encodeURIComponent(id)}.html`, more: `${id} · ${who}`, sign: signs.get(status) };
  }

  function draw(groups, tasks, runs) {
    const parts = [];
    let count = tasks.count + runs.length;
    for (const [group, entries] of groups) {
      count += entries.length;
      const rest = entries.length - EACH;
      parts.push(section(group, entries.slice(0, EACH), rest > 0 ? `and ${rest.toLocaleString("en")} more` : ""));
    }
    if (runs.length) {
      parts.push(section("Runs", runs.slice(0, SHOWN), runs.length > SHOWN ? `and ${(runs.length - SHOWN).toLocaleString("en")} more` : ""));
    }
    if (tasks.rows.length) {
      const note = tasks.count > SHOWN ? `the best ${SHOWN} of ${tasks.count.toLocaleString("en")}` : "";
      parts.push(section("Tasks", tasks.rows.map((row) => taskEntry(row, tasks.names)), note));
    }
    place.replaceChildren(...parts);
    said.textContent = count === 0 ? "Nothing is found." : `${count.toLocaleString("en")} found`;
  }

  async function search() {
    const query = box.value;
    turn += 1;
    const mine = turn;
    history.replaceState(null, "", query.trim() ? `#${new URLSearchParams({ q: query.trim() })}` : "#");
    if (!query.trim()) {
      place.replaceChildren();
      said.textContent = "";
      return;
    }
    try {
      const given = await load("search");
      const index = { words: new Set(given.words), days: new Set(given.days) };
      const [others, approvals, tasks, runs] = await Promise.all([
        load("search/others"),
        load("search/approvals"),
        findTasks(query, index),
        findRuns(query, index),
      ]);
      if (mine === turn) {
        draw(findNamed(query, [...others, ...approvals, ...pages()]), tasks, runs);
      }
    } catch {
      said.textContent = "The index cannot be loaded; the lists below hold everything.";
    }
  }

  // keys

  function move(event) {
    const links = Array.from(place.querySelectorAll("a"));
    const at = links.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (event.key === "Escape") {
      box.focus();
      box.select();
    } else if (event.key === "Enter" && at < 0) {
      links[0]?.click();
    } else if (next === undefined || (at < 0 && next < 0)) {
      return;
    } else if (next < 0) {
      box.focus();
    } else {
      links[Math.min(next, links.length - 1)]?.focus();
    }
    if (event.key !== "Enter" || at < 0) {
      event.preventDefault();
    }
  }

  function fromAddress() {
    const query = new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
    if (query !== box.value.trim()) {
      box.value = query;
      search();
    }
  }

  box.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(search, PAUSE);
  });
  finder.addEventListener("keydown", move);
  window.addEventListener("hashchange", fromAddress);
  finder.hidden = false;
  fromAddress();
  box.focus({ preventScroll: true });
})();
