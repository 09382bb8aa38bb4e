// What keeps somebody out of the page: returns one line a fault. Runs in the page, changes nothing.
() => {
  const faults = [];
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const told = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const text = (id) => document.getElementById(id)?.textContent ?? "";
  const pictures = (element) => all("img[alt]", element).map((one) => one.alt).join(" ");
  const name = (element) => [
    element.getAttribute("aria-label"),
    (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).map(text).join(" "),
    [...(element.labels ?? [])].map((label) => label.textContent).join(" "),
    element.textContent, pictures(element), element.getAttribute("title"),
  ].find((one) => one?.trim())?.trim() ?? "";

  const lang = document.documentElement.lang;
  if (!/^(vi|en)$/.test(lang)) faults.push(`no language: ${lang}`);
  if (!document.title.trim()) faults.push("no title");
  if (all("h1").length !== 1) faults.push(`${all("h1").length} h1`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6").filter((one) => one.checkVisibility() || one.matches(".hidden"))) {
    const own = Number(heading.localName[1]);
    if (level && own > level + 1) faults.push(`heading order ${level} → ${own}: ${told(heading)}`);
    if (!heading.textContent.trim()) faults.push(`an empty heading: ${told(heading)}`);
    level = own;
  }

  const ids = all("[id]").map((one) => one.id);
  for (const id of new Set(ids.filter((one, place) => ids.indexOf(one) !== place))) faults.push(`two of id ${id}`);
  for (const element of all("[aria-labelledby], [aria-describedby], [aria-controls], label[for]")) {
    for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
      for (const id of (element.getAttribute(attribute) ?? "").split(/\s+/).filter(Boolean)) {
        if (!document.getElementById(id)) faults.push(`${attribute} leads nowhere: ${told(element)}`);
      }
    }
  }

  for (const field of all("input:not([type=hidden], [type=submit]), select, textarea")) if (!name(field)) faults.push(`no label: ${told(field)}`);
  for (const control of all("a[href], button, summary, [role=button]")) if (shown(control) && !name(control)) faults.push(`no name: ${told(control)}`);
  for (const image of all("img")) if (!image.hasAttribute("alt")) faults.push(`no alt: ${told(image)}`);
  for (const image of all("img")) if (!image.getAttribute("width") || !image.getAttribute("height")) faults.push(`no size: ${told(image)}`);
  for (const frame of all("svg")) {
    if (frame.getAttribute("aria-hidden") !== "true" && !frame.hidden && !frame.hasAttribute("hidden") && !frame.getAttribute("aria-label")) faults.push(`a drawing that is neither named nor hidden: ${told(frame)}`);
  }
  for (const media of all("video, audio")) if (media.autoplay) faults.push(`plays by itself: ${told(media)}`);

  for (const [landmark, most] of [["main", 1], ["body > header", 1], ["body > footer", 1]]) {
    const count = all(landmark).length;
    if (count !== most) faults.push(`${count} of ${landmark}`);
  }
  const navs = all("nav").map(name);
  if (navs.some((one) => !one)) faults.push("a navigation without a name");
  for (const region of all("section[aria-labelledby], section[aria-label]")) if (!name(region)) faults.push(`a region without a name: ${told(region)}`);
  const skip = document.querySelector("a[href]");
  if (!skip?.hash || !document.querySelector(skip.hash)) faults.push("the first link does not skip to the main part");

  // Targets: 24 px, unless they stand in a sentence or have that much room around them (WCAG 2.2, 2.5.8).
  const targets = all("a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(input)").filter(shown);
  const boxes = targets.map((one) => one.getBoundingClientRect());
  targets.forEach((target, index) => {
    const box = boxes[index];
    if (box.width < 2 || box.height < 2 || (box.width >= 24 && box.height >= 24) || target.closest(".hidden, .skip-link, .prose p, .prose li, label")) return;
    if (target.closest("svg")) return;
    const cover = getComputedStyle(target, "::after");
    if (cover.position === "absolute" && cover.content !== "none") return;
    const inSentence = getComputedStyle(target).display === "inline" && [...target.parentElement.childNodes].some((one) => one.nodeType === 3 && one.data.trim().length > 3);
    if (inSentence) return;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const near = boxes.some((other, place) => place !== index && !targets[place].contains(target) && !target.contains(targets[place])
      && Math.max(other.left - x, x - other.right, 0) ** 2 + Math.max(other.top - y, y - other.bottom, 0) ** 2 < 12 ** 2);
    if (near) faults.push(`a target of ${Math.round(box.width)} × ${Math.round(box.height)}: ${told(target)}`);
  });
  // Menus are for thumbs.
  for (const link of all(".menu-panel a, .site-foot nav a, .nav-bar a, .masthead .tool").filter(shown)) {
    if (link.getBoundingClientRect().height < 43.5) faults.push(`a menu's target of ${Math.round(link.getBoundingClientRect().height)} px: ${told(link)}`);
  }
  return [...new Set(faults)];
}
