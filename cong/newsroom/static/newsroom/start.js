// Starts Wagtail's widgets without inline scripts: <cong-start kind="DateTime" options="{…}"><input></cong-start>.
// The list of kinds is closed, so that markup cannot name a function of its own choice.
const picker = (name) => (element, options) => window[name](element.querySelector("input").id, options);
const chooser = (name) => (_, { id, options }) => new window[name](id, options);

const KINDS = {
  Date: picker("initDateChooser"),
  Time: picker("initTimeChooser"),
  DateTime: picker("initDateTimeChooser"),
  Chooser: chooser("Chooser"),
  PageChooser: chooser("PageChooser"),
  InlinePanel: (_, options) => new window.InlinePanel(options),
};

class Start extends HTMLElement {
  connectedCallback() {
    // Wagtail's own scripts stand at the end of the page and must have run.
    if (document.readyState === "complete") queueMicrotask(() => this.start());
    else window.addEventListener("load", () => this.start(), { once: true });
  }

  start() {
    // A row that is moved connects once more.
    if (this.started || !this.isConnected) return;
    this.started = true;
    KINDS[this.getAttribute("kind")]?.(this, JSON.parse(this.getAttribute("options")));
  }
}
customElements.define("cong-start", Start);
