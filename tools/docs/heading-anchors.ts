/** The anchors that headings of a Markdown text have on GitHub: lower case, blanks as hyphens, signs left out, and a number behind one that is there already. */
export function headingAnchors(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let fenced = false;
  for (const line of text.split("\n")) {
    if (/^ *```/.test(line)) fenced = !fenced;
    const [, title] = fenced ? [] : (/^#{1,6} +(.+?)\s*#*$/.exec(line) ?? []);
    if (title === undefined) continue;
    const plain = headingAnchor(title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
    let anchor = plain;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${plain}-${String(again)}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The anchor of a heading's text by itself. */
export function headingAnchor(title: string): string {
  return title.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "").trim().replaceAll(" ", "-");
}
