// Keys for judging one item after the other; every act is a plain form or link as well.
// One letter without a modifier may be in somebody's way: the keys can be turned off, and the browser remembers it.

const SWITCH = "cong-review-keys";
const FIELD = "input, select, textarea, [contenteditable]";

class Review extends HTMLElement {
  connectedCallback() {
    this.keys = this.querySelector("[data-keys]");
    if (!this.keys) return;
    this.keys.hidden = false;
    const toggle = this.keys.querySelector("[data-switch]");
    toggle.checked = localStorage.getItem(SWITCH) !== "off";
    toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
    this.listen = (event) => this.pressed(event, toggle.checked);
    window.addEventListener("keydown", this.listen, true);
    // A page that the browser takes out of its cache may be decided (or refused) once more.
    window.addEventListener("pageshow", () => (this.sent = false));
  }

  disconnectedCallback() {
    window.removeEventListener("keydown", this.listen, true);
  }

  pressed(event, on) {
    if (!on || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(FIELD)) return;
    const act = event.key === "?" ? this.help : this.acts[event.key];
    if (!act || (event.key !== "?" && !this.found(event.key))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act.call(this, event.key);
  }

  found(key) {
    return this.querySelector(`[data-act="${key}"]`);
  }

  get acts() {
    return { j: this.follow, k: this.follow, a: this.submit, r: this.unfold, m: this.unfold };
  }

  follow(key) {
    this.found(key).click();
  }

  // A key pressed twice decides one item: the second press would meet the next.
  submit(key) {
    if (this.sent) return;
    this.sent = true;
    this.found(key).requestSubmit();
  }

  unfold(key) {
    const details = this.found(key);
    if (details.localName === "form") return this.submit(key);
    details.open = true;
    details.querySelector("input:not([type=hidden]), select").focus();
  }

  help() {
    const line = this.keys.querySelector("[data-help]");
    line.hidden = !line.hidden;
  }
}
customElements.define("cong-review", Review);
