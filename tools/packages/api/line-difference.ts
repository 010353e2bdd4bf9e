/** Lines that went (`-`) and came (`+`), by a longest common subsequence; a line of each side before them says where. */
export function lineDifference(before: string, after: string): string {
  const [left, right] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const [gone, come] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  // What both sides hold in the middle is left out where that is cheap to find.
  const lines = gone.length * come.length <= 25_000_000 ? middle(gone, come) : [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)];
  return lines.join("\n");
}

function middle(gone: readonly string[], come: readonly string[]): readonly string[] {
  const width = come.length + 1;
  const longest = new Uint32Array((gone.length + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = gone.length - 1; row >= 0; row--) {
    for (let column = come.length - 1; column >= 0; column--) {
      longest[row * width + column] = gone[row] === come[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < gone.length || column < come.length) {
    if (row < gone.length && column < come.length && gone[row] === come[column]) [row, column] = [row + 1, column + 1];
    else if (row < gone.length && (column >= come.length || at(row + 1, column) >= at(row, column + 1))) lines.push(`- ${gone[row++] ?? ""}`);
    else lines.push(`+ ${come[column++] ?? ""}`);
  }
  return lines;
}
