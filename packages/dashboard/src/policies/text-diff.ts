/** A line of a comparison: kept, taken away or added. */
export interface DiffLine {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** Lines that are compared at most: above it, all of the one stands before all of the other. */
const MOST = 2000;

/** Two texts line by line, by their longest common run of lines. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  if (a.length > MOST || b.length > MOST) return [...a.map((text): DiffLine => ({ kind: "gone", text })), ...b.map((text): DiffLine => ({ kind: "new", text }))];
  const width = b.length + 1;
  // Lengths of the longest common run of what follows each pair of places.
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? at(longest, (i + 1) * width + j + 1) + 1 : Math.max(at(longest, (i + 1) * width + j), at(longest, i * width + j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (one !== undefined && one === other) {
      lines.push({ kind: "same", text: one });
      i++;
      j++;
    } else if (one !== undefined && (other === undefined || at(longest, (i + 1) * width + j) >= at(longest, i * width + j + 1))) {
      lines.push({ kind: "gone", text: one });
      i++;
    } else if (other !== undefined) {
      lines.push({ kind: "new", text: other });
      j++;
    }
  }
  return lines;
}

function at(lengths: Uint16Array, place: number): number {
  return lengths[place] ?? 0;
}
