/** Colours of a picture that is read on a light page and on a dark one: what reads it says which. */
const STYLE = `
  svg { font: 12px system-ui, sans-serif; }
  .page { fill: #ffffff; } text { fill: #24292f; } .faint { fill: #57606a; }
  .grid { stroke: #d0d7de; stroke-width: 1; fill: none; } .axis { stroke: #57606a; stroke-width: 1; fill: none; }
  .s0 { --c: #0969da; } .s1 { --c: #bc4c00; } .s2 { --c: #1a7f37; } .s3 { --c: #8250df; } .s4 { --c: #9a6700; }
  .line { stroke: var(--c); stroke-width: 2; fill: none; } .dot { fill: var(--c); } .band { fill: var(--c); opacity: 0.18; } .bar { fill: var(--c); }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; } .grid { stroke: #30363d; } .axis { stroke: #9198a1; }
    .s0 { --c: #58a6ff; } .s1 { --c: #f0883e; } .s2 { --c: #3fb950; } .s3 { --c: #bc8cff; } .s4 { --c: #d29922; }
  }`;

/** An element with its attributes, and what is in it. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ""): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? rounded(value) : value)}"`);
  return `<${name}${written.join("")}>${content}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Readonly<Record<string, string | number>> = {}): string {
  return element("text", { x, y, ...attributes }, escaped(content));
}

/** A whole picture, with a name that a screen reader says. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" role="img" aria-label="${escaped(title)}">`;
  return [head, `<title>${escaped(title)}</title>`, `<style>${STYLE}\n</style>`, element("rect", { class: "page", width, height }), ...parts, "</svg>", ""].join("\n");
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
