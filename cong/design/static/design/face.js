// The only script: theme choice, text size memory, Escape closes the menu, copy and share. Every page works without it.
const root = document.documentElement;
const kept = {
  get(key) { try { return localStorage.getItem(key) } catch { return null } },
  set(key, value) { try { localStorage.setItem(key, value) } catch { /* a private window forgets */ } },
};

const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
if (kept.get("theme")) root.dataset.theme = kept.get("theme");
for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  const label = () => { button.querySelector("span").textContent = dark() ? button.dataset.light : button.dataset.dark };
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    kept.set("theme", root.dataset.theme);
    label();
  });
}

const size = document.querySelector(`[name="co-chu"][value="${CSS.escape(kept.get("size") ?? "")}"]`);
if (size) size.checked = true;
document.addEventListener("change", (event) => { if (event.target.name === "co-chu") kept.set("size", event.target.value) });

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The service worker keeps the articles read last; it comes when the page is there and nothing else is waited for.
if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => { /* refused: all works without */ }));

// <cong-share> holds plain links; where the browser can, it adds "copy the address" and the system's own share sheet.
class Share extends HTMLElement {
  connectedCallback() {
    const { url, title } = this.dataset;
    const [copy, share, print] = ["copy", "share", "print"].map((name) => this.querySelector(`[data-${name}]`));
    if (copy && navigator.clipboard) {
      copy.hidden = false;
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(url);
        this.querySelector("[role=status]").textContent = copy.dataset.done;
      });
    }
    if (share && navigator.share) {
      share.hidden = false;
      share.addEventListener("click", () => navigator.share({ url, title }).catch(() => { /* closed by the reader */ }));
    }
    if (print) {
      print.hidden = false;
      print.addEventListener("click", () => window.print());
    }
  }
}
customElements.define("cong-share", Share);

// <cong-later> holds links that work alone; when a reader comes near, what they lead to is put in their place.
class Later extends HTMLElement {
  connectedCallback() {
    const near = new IntersectionObserver(async (seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      near.disconnect();
      try {
        const answer = await fetch(this.dataset.url);
        if (answer.ok) this.innerHTML = await answer.text();
      } catch { /* the links stay */ }
    }, { rootMargin: "600px" });
    near.observe(this);
  }
}
customElements.define("cong-later", Later);
