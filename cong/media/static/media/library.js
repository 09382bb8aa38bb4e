// <cong-focal>: a click on the picture writes the focal point into the two number fields; without it they are typed.
class Focal extends HTMLElement {
  connectedCallback() {
    this.fields = ["focal_x", "focal_y"].map((name) => document.querySelector(`input[name="${name}"]`));
    if (this.fields.includes(null)) return;
    this.mark = document.createElement("span");
    this.mark.className = "focal__mark";
    this.append(this.mark);
    this.addEventListener("click", (event) => this.point(event));
    for (const field of this.fields) field.addEventListener("input", () => this.draw());
    this.draw();
  }

  point(event) {
    const box = this.querySelector("img").getBoundingClientRect();
    const shares = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    shares.forEach((share, place) => {
      this.fields[place].value = Math.round(Math.min(Math.max(share, 0), 1) * 100);
      this.fields[place].dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  draw() {
    this.mark.style.left = `${this.fields[0].value}%`;
    this.mark.style.top = `${this.fields[1].value}%`;
  }
}
customElements.define("cong-focal", Focal);

// <cong-drop>: files may be dropped on it; says how many were chosen.
class Drop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    for (const kind of ["dragover", "dragleave", "drop"]) this.addEventListener(kind, (event) => this.over(event));
  }

  over(event) {
    event.preventDefault();
    this.classList.toggle("drop--over", event.type === "dragover");
    if (event.type !== "drop" || !event.dataTransfer.files.length) return;
    this.input.files = event.dataTransfer.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
customElements.define("cong-drop", Drop);
