// <cong-lightbox> holds pictures that link to their large form; a click shows them in a dialog, one beside the other.
// The browser's own modal dialog keeps the focus inside, closes on Escape and hides the page from screen readers.
const SWIPE = 48;
const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

class Lightbox extends HTMLElement {
  connectedCallback() {
    if (typeof HTMLDialogElement === "undefined" || this.links) return;
    this.links = [...this.querySelectorAll("figure > a[href^='/tep/']:has(> picture, > img)")];
    this.addEventListener("click", (event) => {
      const at = this.links.indexOf(event.target.closest("a"));
      // With a key held, a link is to open elsewhere.
      if (at < 0 || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.open(at);
    });
  }

  open(at) {
    this.dialog ??= this.build();
    this.opener = this.links[at];
    this.show(at);
    this.dialog.showModal();
    this.dialog.querySelector("[data-close]").focus();
  }

  build() {
    const dialog = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const [count, caption] = ["count", "caption"].map((name) => dialog.querySelector(`[data-${name}]`));
    Object.assign(this, { count, caption, stage: dialog.querySelector(".lightbox-shown") });
    this.append(dialog);
    dialog.toggleAttribute("data-one", this.links.length === 1);
    dialog.querySelector("figcaption").setAttribute("aria-live", "polite");
    dialog.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]")?.dataset.step;
      if (step) this.step(Number(step));
      else if (event.target.closest("[data-close]") || (event.target === dialog)) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.step(KEYS[event.key]);
    });
    dialog.addEventListener("close", () => this.opener.focus());
    this.watch(dialog);
    return dialog;
  }

  // A finger that goes sideways turns to the next picture; two fingers, and up and down, stay the browser's.
  watch(dialog) {
    let from = null;
    dialog.addEventListener("pointerdown", (event) => { from = event.isPrimary && event.pointerType !== "mouse" ? event : null });
    dialog.addEventListener("pointercancel", () => { from = null });
    dialog.addEventListener("pointerup", (event) => {
      if (!from || !event.isPrimary) return;
      const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
      from = null;
      if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this.step(x < 0 ? 1 : -1);
    });
  }

  step(by) {
    const last = this.links.length - 1;
    this.show(Number.isFinite(by) ? (this.at + by + last + 1) % (last + 1) : by < 0 ? 0 : last);
  }

  show(at) {
    this.at = at;
    this.stage.replaceChildren(this.large(at));
    const { said } = this.count.dataset;
    this.count.textContent = `${at + 1} / ${this.links.length}`;
    this.count.ariaLabel = said.replace("{n}", at + 1).replace("{all}", this.links.length);
    const told = this.links[at].parentElement.querySelector(":scope > figcaption");
    this.caption.replaceChildren(...(told ? [...told.cloneNode(true).childNodes] : []));
    for (const near of [at + 1, at - 1]) if (this.links[near]) this.large(near);
  }

  // A copy of the picture that fills the window: the browser takes the widest form it needs, and keeps what it fetched.
  large(at) {
    const link = this.links[at];
    const copy = link.firstElementChild.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("source, img")]) if (one.sizes) one.sizes = "100vw";
    const image = copy.matches("img") ? copy : copy.querySelector("img");
    image.loading = "eager";
    if (!image.srcset) image.src = link.href;
    return copy;
  }
}
customElements.define("cong-lightbox", Lightbox);
