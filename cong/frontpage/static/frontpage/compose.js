// Slots change places by their buttons, by Alt and an arrow key, or by dragging; leaving with something unsaved asks first.
class Compose extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.slots = [...this.querySelectorAll("[data-slot]")];
    this.said = Object.assign(document.createElement("p"), { className: "visuallyhidden" });
    this.said.setAttribute("role", "status");
    this.append(this.said);
    this.form.addEventListener("change", () => (this.changed = true));
    this.form.addEventListener("submit", () => (this.changed = false));
    addEventListener("beforeunload", (event) => this.changed && event.preventDefault());
    this.form.addEventListener("click", (event) => this.press(event));
    this.form.addEventListener("keydown", (event) => this.key(event));
    for (const slot of this.slots) this.drag(slot);
  }

  press(event) {
    const [verb, name] = event.target.closest("button[name=lam]")?.value.split(":") ?? [];
    const step = { up: -1, down: 1 }[verb];
    if (!step) return;
    event.preventDefault();
    this.swap(this.slots.find((slot) => slot.dataset.slot === name), step, verb);
  }

  key(event) {
    const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const slot = event.target.closest("[data-slot]");
    if (!step || !slot) return;
    event.preventDefault();
    this.swap(slot, step);
  }

  swap(slot, step, verb) {
    const other = this.slots[this.slots.indexOf(slot) + step];
    if (!other) return;
    this.exchange(slot, other);
    const there = verb ? other.querySelector(`button[value^="${verb}:"]:not(:disabled)`) : null;
    (there ?? other.querySelector("input")).focus();
  }

  exchange(slot, other) {
    const fields = (one) => [...one.querySelectorAll("input")];
    fields(slot).forEach((field, place) => {
      const its = fields(other)[place];
      [field.value, its.value] = [its.value, field.value];
    });
    const [here, there] = [slot, other].map((one) => one.querySelector(".compose-stands"));
    [here.textContent, there.textContent] = [there.textContent, here.textContent];
    for (const part of [".compose-state"]) {
      const [mine, its] = [slot, other].map((one) => one.querySelector(part));
      [mine.textContent, its.textContent] = [its.textContent, mine.textContent];
    }
    this.changed = true;
    this.said.textContent = `${slot.querySelector("h3").textContent.trim()}, ${other.querySelector("h3").textContent.trim()}: ${this.dataset.moved}`;
  }

  drag(slot) {
    if (!slot.querySelector("input")) return;
    slot.addEventListener("mousedown", (event) => (slot.draggable = !event.target.closest("input, button, label, li li")));
    slot.addEventListener("dragstart", () => (this.held = slot));
    slot.addEventListener("dragover", (event) => this.held && event.preventDefault());
    slot.addEventListener("drop", (event) => {
      event.preventDefault();
      if (this.held && this.held !== slot) this.exchange(this.held, slot);
      this.held = null;
    });
  }
}

customElements.define("cong-compose", Compose);
