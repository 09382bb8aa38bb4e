// Two comforts of the desk; every screen works without them.

// j and k move through the rows of the inbox, Enter opens the one in focus.
class Rows extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
      const step = { j: 1, k: -1 }[event.key];
      if (!step) return;
      const links = [...this.querySelectorAll("tbody th a")];
      const place = links.indexOf(document.activeElement);
      links[Math.min(Math.max(place + step, 0), links.length - 1)]?.focus();
      event.preventDefault();
    });
  }
}
customElements.define("cong-rows", Rows);

// The preview at the width of a phone or of a desk.
class Preview extends HTMLElement {
  connectedCallback() {
    const frame = this.querySelector("iframe");
    this.querySelector("p").hidden = false;
    for (const button of this.querySelectorAll("button")) {
      button.addEventListener("click", () => this.show(frame, Number(button.dataset.width)));
    }
  }

  show(frame, width) {
    const room = this.clientWidth;
    const scale = Math.min(1, room / width);
    frame.style.inlineSize = `${width}px`;
    frame.style.transformOrigin = "0 0";
    frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    frame.style.marginBlockEnd = scale < 1 ? `${-(1 - scale) * frame.offsetHeight}px` : "";
  }
}
customElements.define("cong-preview", Preview);
