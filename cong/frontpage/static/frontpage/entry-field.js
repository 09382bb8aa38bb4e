// Chooses an entry while one types; without it the address of an entry is pasted.

const WAIT = 200;

// The field of a slot: a list of public entries below it; Enter or a click takes one, Escape closes.
class EntryField extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = document.createElement("ul");
    this.list.className = "compose-found";
    this.list.id = `l-${this.input.id}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.querySelector("label").textContent);
    this.list.hidden = true;
    this.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), WAIT));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const text = this.input.value.trim();
    if (text.length < 2 || /^\d+$|^https?:|^\//.test(text)) return this.close();
    const page = this.closest("cong-compose");
    const answer = await fetch(`${page.dataset.found}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || text !== this.input.value.trim()) return;
    this.show((await answer.json()).entries, page.dataset.none);
  }

  show(entries, none) {
    this.list.replaceChildren(...entries.map((one, place) => this.option(one, place)));
    if (!entries.length) this.list.append(Object.assign(document.createElement("li"), { textContent: none }));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.at = -1;
  }

  option(one, place) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${place}`;
    item.setAttribute("role", "option");
    item.append(one.title, Object.assign(document.createElement("small"), { textContent: `${one.source}, ${one.at}` }));
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => this.take(item));
    item.entry = one;
    return item;
  }

  key(event) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.isOpen && options[this.at]) this.take(options[this.at]);
    else if (step && !event.altKey && this.isOpen && options.length) this.mark(options, step);
    else return;
    event.preventDefault();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  mark(options, step) {
    this.at = (this.at + step + options.length) % options.length;
    for (const [place, one] of options.entries()) one.setAttribute("aria-selected", String(place === this.at));
    this.input.setAttribute("aria-activedescendant", options[this.at].id);
  }

  take(item) {
    this.input.value = item.entry.number;
    this.closest("[data-slot]").querySelector(".compose-stands").textContent = item.entry.title;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.close();
    this.input.focus();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

customElements.define("cong-entry", EntryField);
