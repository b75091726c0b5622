// Keeps what was seen, so that it can be read without a connection. SHELL and VERSION stand before this text.
"use strict";

const place = (path) => new URL(path, self.registration.scope).href;
const OFFLINE = place("offline.html");
const HOME = place("index.html");
const NAME = `gitcp ${self.registration.scope} `;
const KEPT = NAME + VERSION;
const SEEN = `${KEPT} seen`;
const MOST = 200; // pages and data

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forget().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  // Who asks for no store wants to know what is there now: whether the site is another, for one.
  if (request.method === "GET" && request.cache !== "no-store" && request.url.startsWith(self.registration.scope)) {
    event.respondWith(answer(event));
  }
});

async function keep() {
  await (await caches.open(KEPT)).addAll([OFFLINE, ...SHELL.map(place)]);
  await (await caches.open(SEEN)).addAll([HOME, place("assets/edition.css")]);
}

async function forget() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(NAME) && name !== KEPT && name !== SEEN);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// An asset's address has a digest of its content: what was kept is right for ever. Everything else may have changed.
async function answer(event) {
  const kept = event.request.url === OFFLINE ? undefined : await (await caches.open(KEPT)).match(event.request);
  return kept || fromNetwork(event);
}

async function fromNetwork(event) {
  try {
    const response = await fetch(event.request);
    if (response.status === 200 && response.type === "basic") {
      event.waitUntil(remember(event.request, response.clone()));
    }
    return response;
  } catch {
    return fromMemory(event.request);
  }
}

async function remember(request, response) {
  const cache = await caches.open(SEEN);
  await cache.delete(name(request));
  await cache.put(name(request), response);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((key) => cache.delete(key)));
}

async function fromMemory(request) {
  const found = (await (await caches.open(SEEN)).match(name(request))) || (await (await caches.open(KEPT)).match(request));
  if (found) {
    return found;
  }
  return request.mode === "navigate" ? Response.redirect(OFFLINE) : Response.error();
}

// A page is the same whatever it was asked with, and the folder is its overview.
function name(request) {
  if (request.mode !== "navigate") {
    return request;
  }
  const url = new URL(request.url);
  url.search = "";
  return url.href === self.registration.scope ? HOME : url.href;
}
