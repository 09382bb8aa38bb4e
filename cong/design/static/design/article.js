// What an article can do besides being read: keep the chosen width, and read itself aloud. All without the network.
const kept = {
  get(key) { try { return localStorage.getItem(key) } catch { return null } },
  set(key, value) { try { localStorage.setItem(key, value) } catch { /* a private window forgets */ } },
};

const width = document.querySelector(`[name="do-rong"][value="${CSS.escape(kept.get("width") ?? "")}"]`);
if (width) width.checked = true;
document.addEventListener("change", (event) => { if (event.target.name === "do-rong") kept.set("width", event.target.value) });

// Some voices fall silent in the middle of long texts, so each sentence or two is spoken by itself.
const LONGEST = 220;
const READ = "h1, .lede, .prose :is(p, h2, h3, li, figcaption, caption), .prose td";
const sentences = (text) => text.match(/[^.!?…;]+[.!?…;]*\s*|[.!?…;]+/g) ?? [];

function pieces(text) {
  const made = [];
  for (const one of sentences(text.replace(/\s+/g, " ").trim())) {
    if (made.length && made.at(-1).length + one.length <= LONGEST) made[made.length - 1] += one;
    else made.push(one);
  }
  return made;
}

class Listen extends HTMLElement {
  connectedCallback() {
    this.speech = globalThis.speechSynthesis;
    if (!this.speech || !globalThis.SpeechSynthesisUtterance || this.buttons) return;
    this.buttons = { play: this.querySelector("[data-play]"), stop: this.querySelector("[data-stop]") };
    this.buttons.play.addEventListener("click", () => this.toggle());
    this.buttons.stop.addEventListener("click", () => { this.stop(); this.buttons.play.focus() });
    // Voices come when the browser has found them; another page must not go on speaking for this one.
    this.speech.addEventListener?.("voiceschanged", () => this.find());
    addEventListener("pagehide", () => this.stop());
    this.find();
  }

  find() {
    const language = (code) => code.replace("_", "-").toLowerCase().split("-")[0];
    const voices = this.speech.getVoices().filter((one) => language(one.lang) === language(this.dataset.lang));
    // A voice of the device itself: what is read is nobody else's business.
    this.voice = voices.find((one) => one.localService);
    this.hidden = !this.voice;
  }

  get parts() {
    const article = this.closest("article");
    const readable = (one) => !one.querySelector("p, li") && !one.closest("[hidden], details:not([open])");
    return [...article.querySelectorAll(READ)].filter(readable)
      .flatMap((element) => pieces(element.textContent).map((text) => ({ element, text })));
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    this.queue ??= this.parts;
    this.at ??= 0;
    this.playing = true;
    this.speech.cancel();
    this.speak();
    this.tell("pause");
  }

  speak() {
    const part = this.queue[this.at];
    if (!part) return this.stop();
    this.mark(part.element);
    const said = Object.assign(new SpeechSynthesisUtterance(part.text), { lang: this.voice.lang, voice: this.voice });
    this.said = said;
    said.onend = () => { if (this.playing && this.said === said) { this.at += 1; this.speak() } };
    said.onerror = () => { if (this.said === said) this.pause() };
    this.speech.speak(said);
  }

  // The browsers' own pause does not hold everywhere: what was begun is begun again.
  pause() {
    this.playing = false;
    this.said = null;
    this.speech.cancel();
    this.tell("resume");
  }

  stop() {
    if (!this.queue) return;
    this.pause();
    this.mark(null);
    this.queue = this.at = undefined;
    this.tell("listen");
  }

  mark(element) {
    if (this.marked === element) return;
    this.marked?.classList.remove("spoken");
    this.marked = element;
    element?.classList.add("spoken");
    element?.scrollIntoView({ block: "nearest" });
  }

  tell(state) {
    this.buttons.play.querySelector("span").textContent = this.dataset[state];
    this.buttons.stop.hidden = state === "listen";
  }
}
customElements.define("cong-listen", Listen);
