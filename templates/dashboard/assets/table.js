// All tasks as a table: rows come as data, some at a time, and are filtered and sorted here. The address keeps what was chosen.
(function () {
  "use strict";
  const SHOWN = 500;
  const LABELS = 300;
  const PAUSE = 200;
  const FIELDS = ["text", "status", "project", "assignee", "priority", "goal", "label"];
  const DEFAULTS = { status: "open", sort: "-created" };
  const NOBODY = "-";
  const CLOSED = new Set(["done", "cancelled"]);
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  const place = document.querySelector("[data-table]");
  const root = place.dataset.root;
  const present = getComputedStyle(document.documentElement).getPropertyValue("--edition-time").replaceAll('"', "").trim().slice(0, 4);
  const body = place.querySelector("tbody");
  const said = place.querySelector("[data-said]");
  const more = place.querySelector("[data-more]");
  const clear = place.querySelector("[data-clear]");
  const heads = Array.from(place.querySelectorAll("[data-sort]"));
  const control = (name) => place.querySelector(`[name=${name}]`);
  const badges = { status: new Map(), priority: new Map() };
  const ranks = { status: new Map(), priority: new Map() };
  const loaded = new Map();
  const labels = new Set();
  const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  let index;
  let names;
  let chosen = {};
  let limit = SHOWN;
  let waiting = null;

  for (const kind of ["status", "priority"]) {
    for (const template of place.querySelectorAll(`template[data-${kind}]`)) {
      ranks[kind].set(template.dataset[kind], badges[kind].size);
      badges[kind].set(template.dataset[kind], template.content);
    }
  }

  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  // what was chosen, here and in the address

  function read() {
    const given = new URLSearchParams(location.hash.slice(1));
    chosen = {};
    for (const name of [...FIELDS, "sort"]) {
      chosen[name] = given.get(name) ?? DEFAULTS[name] ?? "";
    }
    if (!heads.some((head) => head.dataset.sort === chosen.sort.replace("-", ""))) {
      chosen.sort = DEFAULTS.sort;
    }
    for (const name of [...FIELDS, "sort"]) {
      const box = control(name);
      if (box.options && !Array.from(box.options).some((option) => option.value === chosen[name])) {
        box.add(new Option(chosen[name], chosen[name]));
      }
      box.value = chosen[name];
    }
  }

  function keep() {
    const kept = new URLSearchParams();
    for (const [name, value] of Object.entries(chosen)) {
      if (value !== (DEFAULTS[name] ?? "")) {
        kept.set(name, value);
      }
    }
    history.replaceState(null, "", `#${kept}`);
  }

  function choose(name, value) {
    chosen[name] = value;
    limit = SHOWN;
    keep();
    if (control(name).value !== value) {
      control(name).value = value;
    }
    show();
  }

  // rows

  function needed() {
    const { status, project } = chosen;
    const open = status === "any" || status === "open" || (status !== "closed" && !CLOSED.has(status));
    const closed = status === "any" || status === "closed" || CLOSED.has(status);
    return index.shards
      .filter(([key]) => !project || key === project)
      .sort((one, other) => other[1] - one[1])
      .flatMap(([key, number, opened, ended]) => [
        ...(open && opened ? [`tasks/${key}-${number}.open`] : []),
        ...(closed && ended ? [`tasks/${key}-${number}.closed`] : []),
      ]);
  }

  function row([id, title, status, priority, assignee, goal, tags, created, closed, due]) {
    const project = id.slice(0, id.lastIndexOf("-"));
    const who = assignee ? names.members.get(assignee)?.[1] ?? assignee : "";
    tags.forEach((tag) => labels.size < LABELS && labels.add(tag));
    return {
      id, title, status, priority, assignee: assignee ?? NOBODY, project, tags, created, closed, due, who,
      goal: goal ?? names.projects.get(project)?.[2] ?? "",
      plain: plain([id, title, who, ...tags].join(" ")),
    };
  }

  function fits(words) {
    const { status, project, assignee, priority, goal, label } = chosen;
    return (task) =>
      (status === "any" || status === task.status || (status === "open" && !CLOSED.has(task.status)) || (status === "closed" && CLOSED.has(task.status))) &&
      (!project || project === task.project) &&
      (!assignee || assignee === task.assignee) &&
      (!priority || priority === task.priority) &&
      (!goal || goal === task.goal) &&
      (!label || task.tags.includes(label)) &&
      words.every((word) => task.plain.includes(word));
  }

  const KEYS = {
    task: (one, other) => compare(one.title, other.title),
    status: (one, other) => ranks.status.get(one.status) - ranks.status.get(other.status),
    priority: (one, other) => ranks.priority.get(one.priority) - ranks.priority.get(other.priority),
    assignee: (one, other) => compare(one.who, other.who),
  };
  const MISSING = { assignee: (task) => !task.who, due: (task) => !task.due, closed: (task) => !task.closed };

  function order() {
    const name = chosen.sort.replace("-", "");
    const way = chosen.sort.startsWith("-") ? -1 : 1;
    const by = KEYS[name] ?? ((one, other) => (one[name] < other[name] ? -1 : one[name] > other[name] ? 1 : 0));
    const missing = MISSING[name] ?? (() => false);
    const newest = (one, other) => (one.created < other.created ? 1 : one.created > other.created ? -1 : compare(other.id, one.id));
    return (one, other) => missing(one) - missing(other) || (missing(one) ? 0 : way * by(one, other)) || newest(one, other);
  }

  // drawing

  function make(tag, style, text) {
    const element = document.createElement(tag);
    if (style) {
      element.className = style;
    }
    if (text !== undefined) {
      element.textContent = text;
    }
    return element;
  }

  function cell(style, ...content) {
    const element = make("td", style);
    element.append(...content);
    return element;
  }

  function named(task) {
    const link = make("a", "title", task.title);
    link.dir = "auto";
    link.href = `${root}tasks/${encodeURIComponent(task.id)}.html`;
    const meta = make("div", "meta");
    meta.append(make("span", "id", task.id));
    if (task.tags.length) {
      const list = make("ul", "labels");
      list.setAttribute("aria-label", "Labels");
      for (const tag of task.tags) {
        const item = make("li");
        item.append(make("bdi", "", tag));
        list.append(item);
      }
      meta.append(" ", list);
    }
    return [link, meta];
  }

  function day(label, at) {
    if (!at) {
      return [];
    }
    const [year, month, date] = at.split("-");
    const time = make("time", "", `${Number(date)} ${MONTHS[month - 1]}${year === present ? "" : ` ${year}`}`);
    time.dateTime = at;
    return [make("span", "when-label", `${label} `), time];
  }

  function line(task) {
    const element = make("tr");
    const who = task.who ? make("bdi", "", task.who) : make("span", "nobody", "nobody");
    element.append(
      cell("tight", badges.status.get(task.status)?.cloneNode(true) ?? task.status),
      cell("main", ...named(task)),
      cell("tight", badges.priority.get(task.priority)?.cloneNode(true) ?? task.priority),
      cell("name", who),
      cell("tight", ...day("created", task.created)),
      cell("tight", ...day("due", task.due)),
      cell("tight", ...day("closed", task.closed)),
    );
    return element;
  }

  function heading() {
    const name = chosen.sort.replace("-", "");
    const way = chosen.sort.startsWith("-") ? "descending" : "ascending";
    for (const head of heads) {
      head.closest("th").setAttribute("aria-sort", head.dataset.sort === name ? way : "none");
    }
    clear.hidden = FIELDS.every((field) => chosen[field] === (DEFAULTS[field] ?? ""));
  }

  function draw() {
    waiting = null;
    const files = needed();
    const rows = files.flatMap((name) => loaded.get(name) ?? []);
    const found = rows.filter(fits(plain(chosen.text).split(/\s+/).filter(Boolean))).sort(order());
    const there = files.filter((name) => loaded.has(name)).length;
    body.replaceChildren(...found.slice(0, limit).map(line));
    const count = found.length === 1 ? "1 task" : `${found.length.toLocaleString("en")} tasks`;
    const rest = found.length > limit ? `, the first ${limit.toLocaleString("en")} shown` : "";
    said.textContent = there < files.length ? `${count} so far; reading ${there} of ${files.length} parts` : `${count}${rest}`;
    more.hidden = found.length <= limit;
    more.textContent = `Show ${Math.min(SHOWN, found.length - limit).toLocaleString("en")} more`;
    offer("label", Array.from(labels).sort(compare), (label) => [label, label]);
  }

  function soon() {
    waiting ??= setTimeout(draw, PAUSE);
  }

  function show() {
    heading();
    draw();
    for (const name of needed().filter((name) => !loaded.has(name))) {
      window.gitcp.load(name).then(
        function (rows) {
          if (!loaded.has(name)) {
            loaded.set(name, rows.map(row));
          }
          soon();
        },
        () => (said.textContent = "Some tasks cannot be loaded; the lists below hold all of them."),
      );
    }
  }

  // choices

  function offer(name, all, option) {
    const box = control(name);
    const there = new Set(Array.from(box.options, (one) => one.value));
    for (const [value, text] of all.map(option)) {
      if (!there.has(value)) {
        box.add(new Option(text, value));
      }
    }
  }

  function start(data) {
    index = data;
    names = { members: new Map(), projects: new Map() };
    data.members.forEach((member) => names.members.set(member[0], member));
    data.projects.forEach((project) => names.projects.set(project[0], project));
    const keys = new Set([...data.projects.map(([key]) => key), ...data.shards.map(([key]) => key)]);
    offer("project", Array.from(keys), (key) => [key, names.projects.has(key) ? `${key} ${names.projects.get(key)[1]}` : key]);
    offer("assignee", [[NOBODY, "nobody"], ...data.members], ([id, name]) => [id, name]);
    offer("goal", data.goals, ([id, title]) => [id, title]);
    offer("sort", heads.flatMap((head) => [[head, ""], [head, "-"]]), ([head, way]) => [
      way + head.dataset.sort,
      `${head.textContent}, ${way ? "descending" : "ascending"}`,
    ]);
    for (const name of [...FIELDS, "sort"]) {
      control(name).addEventListener(name === "text" ? "input" : "change", (event) => choose(name, event.target.value));
    }
    for (const head of heads) {
      head.addEventListener("click", function () {
        choose("sort", chosen.sort === head.dataset.sort ? `-${head.dataset.sort}` : head.dataset.sort);
      });
    }
    control("text").addEventListener("keydown", (event) => event.key === "Escape" && choose("text", ""));
    clear.addEventListener("click", function () {
      history.replaceState(null, "", "#");
      again();
      control("text").focus();
    });
    more.addEventListener("click", function () {
      limit += SHOWN;
      draw();
    });
    window.addEventListener("hashchange", again);
    place.hidden = false;
    again();
  }

  function again() {
    limit = SHOWN;
    read();
    show();
  }

  window.gitcp.load("tasks").then(start, () => {});
})();
