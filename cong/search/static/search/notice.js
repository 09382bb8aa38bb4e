// <cong-search-notice> tells the portal that a page of results was shown, and which hit was chosen: never who asked.
// Its number is drawn by this window, for this window alone, and ends with it. Who asks not to be followed is not.
const KEY = "cong-search-session";

const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

function session() {
  try {
    const kept = sessionStorage.getItem(KEY) ?? drawn();
    sessionStorage.setItem(KEY, kept);
    return kept;
  } catch {
    return null; // a window that keeps nothing is not counted
  }
}

const leftAlone = () => navigator.globalPrivacyControl === true || navigator.doNotTrack === "1" || !navigator.sendBeacon;

class SearchNotice extends HTMLElement {
  connectedCallback() {
    if (leftAlone() || !this.dataset.query) return;
    if (document.prerendering) document.addEventListener("prerenderingchange", () => this.begin(), { once: true });
    else this.begin();
  }

  begin() {
    const number = session();
    if (!number) return;
    const { url, query, total, near, first } = this.dataset;
    const send = (more) => navigator.sendBeacon(url, JSON.stringify({ session: number, query, ...more }));
    send({ total: Number(total), near: Number(near) });
    const chosen = (event) => {
      const link = event.target.closest?.(".result a");
      const rank = [...document.querySelectorAll(".result")].indexOf(link?.closest(".result"));
      if (rank >= 0) send({ rank: Number(first ?? 1) + rank });
    };
    document.addEventListener("click", chosen, { signal: this.signal() });
    document.addEventListener("auxclick", (event) => event.button === 1 && chosen(event), { signal: this.signal() });
  }

  signal() {
    this.ending ??= new AbortController();
    return this.ending.signal;
  }

  disconnectedCallback() {
    this.ending?.abort();
    this.ending = undefined;
  }
}
customElements.define("cong-search-notice", SearchNotice);
