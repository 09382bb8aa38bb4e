// <cong-suggest> holds a plain search field and offers what could be meant; <cong-past> lists this browser's own searches.
// What was searched stays in this browser: it is read from localStorage here and sent nowhere.
const MOST = 8, WAIT = 150, NAME = "searches";

const past = {
  read() { try { return JSON.parse(localStorage.getItem(NAME) ?? "[]").filter((one) => typeof one === "string").slice(0, MOST) } catch { return [] } },
  write(texts) { try { localStorage.setItem(NAME, JSON.stringify(texts.slice(0, MOST))) } catch { /* a private window forgets */ } },
  add(text) { if (text) this.write([text, ...this.read().filter((one) => one !== text)]) },
  drop(text) { this.write(this.read().filter((one) => one !== text)) },
};
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
const made = (name, given, ...inside) => {
  const element = Object.assign(document.createElement(name), given);
  element.append(...inside);
  return element;
};

class Suggest extends HTMLElement {
  static count = 0;

  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.input || this.list) return;
    const id = `suggested-${Suggest.count += 1}`;
    this.list = made("div", { id, className: "suggested", hidden: true, role: "listbox", ariaLabel: this.dataset.label });
    this.status = made("p", { className: "hidden", role: "status" });
    this.append(this.list, this.status);
    const said = { "role": "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(said)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("click", () => { if (!this.input.value) this.show("") });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.form.addEventListener("submit", () => past.add(this.input.value.trim()));
    // The field keeps the focus while an option is pressed.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => { if (event.target.closest("[role=option]")?.dataset.forget) this.forget(event) });
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")] }

  later() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.timer = setTimeout(() => this.show(this.input.value), WAIT);
  }

  async show(text) {
    const asking = this.asking = new AbortController();
    const typed = bare(text), own = past.read().filter((one) => one !== text && bare(one).includes(typed));
    let found = "";
    try {
      found = typed ? await this.ask(text, asking.signal) : "";
    } catch { /* a newer question, or no answer: the form still works */ }
    if (asking.signal.aborted || document.activeElement !== this.input) return;
    this.list.innerHTML = found;
    this.list.prepend(...own.slice(0, typed ? 2 : MOST).map((one) => this.searched(one)));
    if (!typed && own.length) this.list.append(this.option({ href: "#", className: "forget" }, this.dataset.forget, "forget"));
    this.open();
  }

  async ask(text, signal) {
    const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(text)}`, { signal });
    return answer.ok ? answer.text() : "";
  }

  searched(text) {
    const option = this.option({ href: `${this.input.form.action}?q=${encodeURIComponent(text)}` }, text, "past");
    option.append(made("small", {}, this.dataset.past));
    return option;
  }

  option(given, text, mark) {
    const option = made("a", { role: "option", tabIndex: -1, ...given }, made("span", {}, text));
    option.dataset[mark] = text;
    return option;
  }

  open() {
    const options = this.options;
    options.forEach((one, place) => { one.id = `${this.list.id}-${place}`; one.ariaSelected = "false" });
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.choose(null);
    this.status.textContent = options.length ? `${options.length} ${this.dataset.said}` : "";
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.replaceChildren();
    this.open();
  }

  choose(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  forget(event) {
    event.preventDefault();
    past.write([]);
    this.close();
  }

  key(event) {
    const options = this.options, at = options.indexOf(this.active), held = event.key;
    if (event.isComposing) return;
    if (held === "ArrowDown" && !options.length) this.show(this.input.value);
    else if (!options.length) return;
    else if (held === "ArrowDown") this.choose(options[at + 1] ?? null);
    else if (held === "ArrowUp") this.choose(at < 0 ? options.at(-1) : options[at - 1] ?? null);
    else if (held === "Enter" && this.active) this.active.click();
    else if (held === "Delete" && event.shiftKey && this.active?.dataset.past) { past.drop(this.active.dataset.past); this.show(this.input.value) }
    else if (held === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

class Past extends HTMLElement {
  connectedCallback() {
    const texts = past.read(), list = this.querySelector("ul");
    this.hidden = !texts.length;
    list.replaceChildren(...texts.map((text) => {
      const link = made("a", { href: `${this.dataset.url}?q=${encodeURIComponent(text)}` }, text);
      const drop = made("button", { type: "button", className: "button button-quiet", ariaLabel: `${this.dataset.drop}: ${text}` }, this.dataset.drop);
      drop.addEventListener("click", () => { past.drop(text); this.connectedCallback(); this.querySelector("button")?.focus() });
      return made("li", {}, link, drop);
    }));
  }
}

customElements.define("cong-suggest", Suggest);
customElements.define("cong-past", Past);
