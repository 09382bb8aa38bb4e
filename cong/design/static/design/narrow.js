// <cong-narrow> holds a long list of choices; a field above it hides those that lack what is typed, marks or not.
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();

class Narrow extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("[data-narrow]"), input = field?.querySelector("input");
    if (!input) return;
    const choices = [...this.querySelectorAll("label:has([type=checkbox])")].map((label) => [label, bare(label.textContent)]);
    const status = this.querySelector("[role=status]");
    field.hidden = false;
    input.addEventListener("input", () => {
      const typed = bare(input.value), groups = new Map();
      let shown = 0;
      for (const [label, text] of choices) {
        label.hidden = !text.includes(typed);
        shown += label.hidden ? 0 : 1;
        const group = label.closest("details");
        groups.set(group, groups.get(group) || !label.hidden);
      }
      // Groups of choices open where something is left, and go where nothing is.
      for (const [group, has] of groups) {
        if (!group || !this.contains(group)) continue;
        group.hidden = !has;
        group.open = typed ? has : group.hasAttribute("data-open");
      }
      if (status) status.textContent = `${shown}/${choices.length}`;
    });
    // Enter narrows and does not send the form around it.
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault() });
  }
}
customElements.define("cong-narrow", Narrow);
