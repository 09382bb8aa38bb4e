// Starts a file chooser without inline script: <cong-chooser kind="ImageChooser" options="{…}">…</cong-chooser>.
// The kinds are a closed list, so that markup cannot name a function of its own choice.
const KINDS = new Set(["Chooser", "ImageChooser"]);

class FileChooser extends HTMLElement {
  connectedCallback() {
    if (document.readyState === "complete") queueMicrotask(() => this.start());
    else window.addEventListener("load", () => this.start(), { once: true });
  }

  start() {
    const kind = this.getAttribute("kind");
    if (this.started || !this.isConnected || !KINDS.has(kind)) return;
    this.started = true;
    const { id, options } = JSON.parse(this.getAttribute("options"));
    new window[kind](id, options);
  }
}
if (!customElements.get("cong-chooser")) customElements.define("cong-chooser", FileChooser);
