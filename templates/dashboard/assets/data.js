// Data of the site, loaded when it is asked for: scripts that hand a value over, since a page on a disk may not fetch.
(function () {
  "use strict";
  const AT_ONCE = 6;
  const root = document.querySelector("[data-root]").dataset.root;
  const edition = getComputedStyle(document.documentElement).getPropertyValue("--edition-time").replaceAll('"', "").trim();
  const asked = new Map();
  const taken = new Map();
  const queue = [];
  let going = 0;

  function next() {
    if (going >= AT_ONCE || queue.length === 0) {
      return;
    }
    going += 1;
    const [name, done, failed] = queue.shift();
    const script = document.createElement("script");
    const end = function () {
      going -= 1;
      script.remove();
      next();
    };
    script.addEventListener("load", function () {
      end();
      done(taken.get(name));
    });
    script.addEventListener("error", function () {
      end();
      asked.delete(name);
      failed(new Error(`${name} cannot be loaded`));
    });
    script.src = `${root}data/${name}.js?${edition}`;
    document.head.append(script);
  }

  window.gitcp = {
    take(name, value) {
      taken.set(name, value);
    },
    load(name) {
      if (!asked.has(name)) {
        asked.set(
          name,
          new Promise(function (done, failed) {
            queue.push([name, done, failed]);
            next();
          }),
        );
      }
      return asked.get(name);
    },
  };
})();
