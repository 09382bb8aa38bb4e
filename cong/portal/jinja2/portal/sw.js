// The service worker: the frame at hand, and the articles read last for when there is no network.
// Copies are of public articles alone, say of when they are, are kept a week at most, and go as soon as they are gone here.
const FRAME = {{ frame|tojson }};
const PAGES = {{ pages|tojson }};
const MAIN = {{ main|tojson }};
const WORDS = {{ words|tojson }};
const SHELL = "cong-shell-{{ version }}";
const READ = "cong-read";
const DAY = { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" };
const MOST = 20;
const PICTURES = 12;
const WEEK = 7 * 24 * 3600 * 1000;
const ARTICLE = /^(\/en)?\/tin-tuc\/[a-z-]+\/[-\w]+-\d+$/;
const PICTURE = /^\/tep\/([0-9a-f]{64})-[\w-]+\.(avif|webp)$/;
// Never even looked at: what staff do, and what machines ask.
const NOT_OURS = /^\/(ban-lam-viec|api)\//;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const shell = await caches.open(SHELL);
  await shell.addAll([...FRAME, ...Object.values(PAGES)]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("cong-shell-") && name !== SHELL) await caches.delete(name);
  await self.clients.claim();
  await sweep();
  // The page that brought the worker was read before there was one.
  for (const client of await self.clients.matchAll({ type: "window" })) await reread(client.url);
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || NOT_OURS.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (FRAME.includes(pathname)) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  else if (PICTURE.test(pathname)) event.respondWith(picture(event));
});

const path = (address) => new URL(address).pathname;
const may = (answer) => {
  const rule = answer.headers.get("Cache-Control") ?? "";
  return answer.status === 200 && /\bpublic\b/.test(rule) && !/no-store|private/.test(rule) && !answer.redirected;
};
const at = (answer) => Number(answer.headers.get("X-Kept-At"));

// The network first; what it says of an article is what the copy becomes.
async function page(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (ARTICLE.test(path(request.url))) event.waitUntil(learn(request.url, answer.clone()));
    return answer;
  } catch (lost) {
    return (await copy(request.url)) ?? (await caches.match(PAGES[language(request.url)])) ?? Promise.reject(lost);
  }
}

async function reread(address) {
  if (!ARTICLE.test(path(address))) return;
  const known = await (await caches.open(READ)).match(path(address));
  if (!known) await fetch(path(address)).then((answer) => learn(address, answer), () => { /* no network: next time */ });
}

const learning = new Map();

// 200: keep a copy. Gone, moved or not public any more: no copy. An error of the moment: the copy stays as it is.
async function learn(address, answer) {
  const done = may(answer) ? keep(path(address), answer) : answer.status < 500 && answer.status !== 429 ? forget(path(address)) : null;
  learning.set(path(address), done);
  await done;
  learning.delete(path(address));
}

async function keep(place, answer) {
  // What stands beside the article tells of others, which may be withdrawn: that is only shown fresh.
  const html = (await answer.text()).replace(/<(aside|cong-later)\b[^>]*\bdata-online\b[^]*?<\/\1>/g, "");
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set("X-Kept-At", Date.now());
  await (await caches.open(READ)).put(place, new Response(html, { headers }));
  await sweep();
}

async function forget(place) {
  const read = await caches.open(READ);
  await read.delete(place);
  await sweep();
}

// Drops what is too old or too much, and the pictures of what is not there any more.
async function sweep() {
  const read = await caches.open(READ);
  const copies = [];
  const pictures = [];
  for (const request of await read.keys()) {
    const answer = await read.match(request);
    const of = answer.headers.get("X-Kept-Of");
    (of ? pictures : copies).push({ request, of, place: path(request.url), at: at(answer) });
  }
  copies.sort((one, other) => other.at - one.at);
  const stay = copies.filter((one, rank) => rank < MOST && Date.now() - one.at < WEEK);
  const places = new Set(stay.map((one) => one.place));
  const gone = [...copies.filter((one) => !places.has(one.place)), ...pictures.filter((one) => !places.has(one.of))];
  await Promise.all(gone.map((one) => read.delete(one.request)));
}

async function copy(address) {
  const found = await (await caches.open(READ)).match(path(address));
  if (!found || Date.now() - at(found) >= WEEK) return undefined;
  const code = language(address);
  const moment = new Intl.DateTimeFormat(code, DAY).format(at(found));
  const html = (await found.text())
    .replace("<main ", `<p class="demo-strip kept-at" role="status">${WORDS[code]} ${moment}.</p><main `)
    .replace(/\/static\/([\w/-]+)\.[0-9a-f]{12}\.(css|js|woff2)/g, (whole, name, end) =>
      FRAME.find((one) => one.startsWith(`/static/${name}.`) && one.endsWith(`.${end}`)) ?? whole);
  return new Response(html, { headers: found.headers });
}

// A picture belongs to the article in which it was seen; without a network any width of it serves.
async function picture(event) {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.status === 200) event.waitUntil(keepPicture(request, answer.clone()));
    return answer;
  } catch (lost) {
    const read = await caches.open(READ);
    const sha = PICTURE.exec(path(request.url))[1];
    const like = (await read.keys()).find((one) => one.url.includes(sha));
    return (await read.match(request)) ?? (like && (await read.match(like))) ?? Promise.reject(lost);
  }
}

async function keepPicture(request, answer) {
  const of = request.referrer && path(request.referrer);
  if (!of || !ARTICLE.test(of)) return;
  await learning.get(of);
  const read = await caches.open(READ);
  const html = await (await read.match(of))?.text();
  const held = (await Promise.all((await read.keys()).map((one) => read.match(one)))).filter((one) => one.headers.get("X-Kept-Of") === of);
  if (!html?.includes(PICTURE.exec(path(request.url))[1]) || held.length >= PICTURES) return;
  const headers = new Headers({ "Content-Type": answer.headers.get("Content-Type"), "X-Kept-Of": of, "X-Kept-At": Date.now() });
  await read.put(request, new Response(await answer.blob(), { headers }));
}

function language(address) {
  return Object.keys(PAGES).find((code) => path(address).startsWith(`/${code}/`)) ?? MAIN;
}
