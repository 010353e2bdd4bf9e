/// <reference lib="dom" />

/**
 * Texts of a page whose contrast is below WCAG 2.2's AA (4.5 : 1 whatever the size), as "ratio text". Runs in the page.
 * What is behind a text is the first ground that hides all below it.
 */
export function faintTexts(): { readonly seen: number; readonly faint: readonly string[] } {
  const channels = (color: string): number[] => [...color.matchAll(/[\d.]+/g)].map(([digits]) => Number(digits));
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const ground = getComputedStyle(at).backgroundColor;
      if ((channels(ground)[3] ?? 1) === 1) return ground;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint: string[] = [];
  let seen = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? "").trim();
    const parent = node.parentElement;
    if (text === "" || parent?.checkVisibility() !== true) continue;
    seen++;
    const [light = 0, dark = 0] = [luminance(getComputedStyle(parent).color), luminance(groundOf(parent))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${text}`);
  }
  return { seen, faint };
}
