/// <reference lib="dom" />

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  tick: "M4 12.5l5.5 5.5L20 6.5",
  cross: "M5.5 5.5l13 13M18.5 5.5l-13 13",
  dash: "M5 12h14",
  question: "M8 9a4 4 0 1 1 5.6 3.7C12.4 13.2 12 14 12 15.2M12 19.4v.2",
} as const;

export type MarkKind = keyof typeof PATHS;

/** A small drawing beside a word, which says the same: hidden from screen readers. */
export function mark(kind: MarkKind): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["class", "mark"], ["aria-hidden", "true"], ["focusable", "false"]] as const) svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[kind]);
  svg.append(path);
  return svg;
}
