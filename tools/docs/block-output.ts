/**
 * Whether what was printed has in it what a page shows: the lines of the page, in their order, each to the letter somewhere in a line that was
 * printed. Lines between them may be left out; an ellipsis stands for anything within a line, or for lines.
 */
export function showsOutput(printed: string, shown: string): boolean {
  const lines = printed.split("\n");
  let at = 0;
  for (const line of shown.split("\n").map((each) => each.trimEnd())) {
    if (line.replaceAll("…", "").trim() === "") continue;
    const pattern = new RegExp(line.split("…").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
    const found = lines.findIndex((each, index) => index >= at && pattern.test(each));
    if (found === -1) return false;
    at = found + 1;
  }
  return true;
}
