// <cong-kept> lists the articles that this machine holds a copy of, the last read first; the service worker keeps them.
const DAY = { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" };

class Kept extends HTMLElement {
  async connectedCallback() {
    const copies = "caches" in window ? await this.#copies() : [];
    const list = this.querySelector("ul");
    list.replaceChildren(...copies.map(({ path, title, at }) => this.#line(path, title, at)));
    list.hidden = !copies.length;
    this.querySelector("[role=status]").textContent = copies.length ? "" : this.dataset.empty;
  }

  async #copies() {
    const read = await caches.open("cong-read");
    const found = [];
    for (const request of await read.keys()) {
      const answer = await read.match(request);
      if (answer.headers.has("X-Kept-Of")) continue;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.push({
        path: new URL(request.url).pathname,
        title: page.querySelector("h1")?.textContent ?? request.url,
        at: Number(answer.headers.get("X-Kept-At")),
      });
    }
    return found.sort((one, other) => other.at - one.at);
  }

  #line(path, title, at) {
    const [item, link, when] = ["li", "a", "small"].map((name) => document.createElement(name));
    link.href = path;
    link.textContent = `${title} `;
    when.textContent = new Intl.DateTimeFormat(document.documentElement.lang, DAY).format(at);
    link.append(when);
    item.append(link);
    return item;
  }
}
customElements.define("cong-kept", Kept);
