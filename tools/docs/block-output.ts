/** Whether what was printed has in it what a page shows, to the letter; an ellipsis stands for anything, and blanks at ends of lines count for nothing. */
export function showsOutput(printed: string, shown: string): boolean {
  const pattern = trimmed(shown).split("…").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*?");
  return new RegExp(pattern).test(trimmed(printed));
}

function trimmed(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, "").trim();
}
