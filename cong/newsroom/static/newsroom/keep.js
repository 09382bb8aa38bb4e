// Keeps what stands in the editor on this machine until the server has it, and offers it back after a crash.
// Autosave needs a valid form and a living network; this needs neither. Kept text goes away when it is saved,
// when the person drops it, and after a week.
const FORM = "#page-edit-form, form[data-edit-form]";
const PREFIX = "cong-kept:";
const WEEK = 7 * 24 * 3600 * 1000;
const SECOND = 1000;
// What the server must say anew.
const NEVER = new Set(["csrfmiddlewaretoken", "next", "loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id"]);

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store keeps nothing; autosave still does.
  }
};

const values = (form) =>
  [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER.has(name));

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);

function forgetOld(now) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !(read(key)?.at > now - WEEK)) localStorage.removeItem(key);
  }
}

// Posting the kept values back is the one way that restores every widget, whatever it is made of: the server
// draws the form from them, and saves nothing before the person does.
function restore(form, kept) {
  const back = document.createElement("form");
  back.method = "post";
  back.action = `${location.pathname}?khoi-phuc=1`;
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const loaded = [...NEVER].map((name) => form.querySelector(`[name=${name}]`)).filter((field) => field && field !== token);
  for (const [name, value] of [
    ["csrfmiddlewaretoken", token.value],
    ...loaded.map((field) => [field.name, field.value]),
    ...kept,
  ]) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    back.append(field);
  }
  back.hidden = true;
  document.body.append(back);
  back.submit();
}

class Kept extends HTMLElement {
  connectedCallback() {
    this.form = document.querySelector(FORM);
    if (!this.form) return;
    this.key = PREFIX + location.pathname;
    forgetOld(Date.now());
    const kept = read(this.key);
    // The rich text editors fill their fields a moment after the page stands.
    setTimeout(() => this.begin(kept), SECOND);
  }

  begin(kept) {
    this.saved = values(this.form);
    const restored = this.hasAttribute("restored");
    if (kept && !restored && !same(kept.values, this.saved)) this.offer(kept);
    else if (!restored) this.forget();
    if (restored) this.saved = null;
    this.form.addEventListener("submit", () => (this.sent = true));
    this.form.addEventListener("w-autosave:success", () => this.wasSaved());
    this.timer = setInterval(() => this.keep(), SECOND);
    addEventListener("pagehide", () => this.keep());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  keep() {
    if (this.sent || this.offering) return;
    const now = values(this.form);
    if (same(now, this.saved) || same(now, this.last)) return;
    this.last = now;
    write(this.key, { at: Date.now(), values: now });
  }

  wasSaved() {
    this.saved = values(this.form);
    this.forget();
  }

  forget() {
    this.last = undefined;
    localStorage.removeItem(this.key);
  }

  offer(kept) {
    this.offering = true;
    const at = new Date(kept.at).toLocaleString(document.documentElement.lang);
    this.querySelector("[data-at]").textContent = at;
    this.querySelector("[data-restore]").addEventListener("click", () => restore(this.form, kept.values));
    this.querySelector("[data-drop]").addEventListener("click", () => {
      this.offering = false;
      this.forget();
      this.hidden = true;
    });
    this.hidden = false;
  }
}
customElements.define("cong-kept", Kept);
