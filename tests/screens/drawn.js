// What is wrong with how the page is drawn: returns one line a fault. Runs in the page, changes nothing.
() => {
  const faults = [];
  const told = (element) => {
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 50);
    return `<${element.localName}${element.className?.trim ? "." + element.className.trim().replace(/\s+/g, ".") : ""}> ${text}`;
  };
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`wider than the screen: ${root.scrollWidth} > ${root.clientWidth}`);

  // Lines of text as they lie on the page; what is hidden for good reason or scrolls by itself is left out.
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const apart = (element) => element.closest(".hidden, .skip-link, svg, template, script, style, noscript, [hidden], select, textarea");
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const owner = node.parentElement;
    if (!node.data.trim() || !owner || apart(owner) || !owner.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const style = getComputedStyle(owner);
    const size = parseFloat(style.fontSize);
    for (const box of range.getClientRects()) if (box.width > 1) lines.push({ owner, box, size, top: box.top + scrollY });
    const height = parseFloat(style.lineHeight) / size;
    const capitals = style.textTransform === "uppercase" || (node.data.match(/\p{Lu}/gu) ?? []).length > 12 && !/\p{Ll}/u.test(node.data);
    if (node.data.trim().length > 2 && height < (capitals ? 1.47 : 1.2) && owner.closest("main, header, footer")) faults.push(`marks touch, line height ${height.toFixed(2)}: ${told(owner)}`);
  }

  // Text that is cut: its box hides what does not fit.
  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (!/hidden|clip/.test(style.overflowX + style.overflowY) || apart(element) || !element.textContent.trim() || style.webkitLineClamp !== "none") continue;
    if (element.clientWidth && element.scrollWidth > element.clientWidth + 1) faults.push(`cut sideways: ${told(element)}`);
    if (element.clientHeight && element.scrollHeight > element.clientHeight + 2 && style.overflowY !== "visible") faults.push(`cut below: ${told(element)}`);
  }

  // Two pieces of text on one place: the middle of one line lies in the middle of another.
  const sorted = lines.filter((line) => line.box.height < 200).sort((one, other) => one.box.top - other.box.top);
  sorted.forEach((one, index) => {
    for (let place = index + 1; place < sorted.length && sorted[place].box.top < one.box.bottom - one.size * 0.5; place++) {
      const other = sorted[place];
      if (one.owner === other.owner || one.owner.closest(".sticky, dialog, .menu-panel") || other.owner.closest(".sticky, dialog, .menu-panel")) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 3 && down > Math.min(one.size, other.size) * 0.6) faults.push(`overlap: ${told(one.owner)} / ${told(other.owner)}`);
    }
  });

  // Holes: more than 400 px of the page in which nothing begins or goes on.
  const seen = lines.map((line) => [line.top, line.top + line.box.height]);
  for (const element of document.querySelectorAll("img, video, audio, svg, input, button, canvas, textarea, select")) {
    const box = element.getBoundingClientRect();
    if (box.height > 8 && box.width > 8 && element.checkVisibility()) seen.push([box.top + scrollY, box.bottom + scrollY]);
  }
  seen.sort((one, other) => one[0] - other[0]);
  let reached = 0;
  for (const [top, bottom] of seen) {
    if (top - reached > 400) faults.push(`a hole of ${Math.round(top - reached)} px from ${Math.round(reached)}`);
    reached = Math.max(reached, bottom);
  }
  const end = document.body.getBoundingClientRect().bottom + scrollY;
  if (end - reached > 400) faults.push(`a hole of ${Math.round(end - reached)} px at the end`);

  for (const image of document.images) {
    if (image.complete && !image.naturalWidth && image.checkVisibility()) faults.push(`a picture that is not there: ${image.src}`);
  }
  return [...new Set(faults)];
}
