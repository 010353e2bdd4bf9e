import { readdirSync, readFileSync } from "node:fs";

/** How long source files are, in lines. */
export interface FileLengths {
  readonly files: number;
  readonly median: number;
  readonly p90: number;
  readonly longest: { readonly path: string; readonly lines: number };
}

const PLACES = ["packages", "tools", "examples"];
/** What is no source: tests, configuration, what was built or installed. */
const OTHER = /(?:^|\/)(?:node_modules|dist|out-tsc|test)\/|\.config\.ts$|\.d\.ts$/;

/** Lengths of all source files of the house. */
export function fileLengths(root: URL): FileLengths {
  const paths = PLACES.flatMap((place) => filesBelow(place, root)).filter((path) => path.endsWith(".ts") && !OTHER.test(path));
  const sorted = paths
    .map((path) => ({ path, lines: readFileSync(new URL(path, root), "utf8").split("\n").length - 1 }))
    .sort((a, b) => a.lines - b.lines);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]?.lines ?? 0;
  return { files: sorted.length, median: at(0.5), p90: at(0.9), longest: sorted.at(-1) ?? { path: "", lines: 0 } };
}

/** Without those of folders that hold no source: they are many. */
function filesBelow(folder: string, root: URL): readonly string[] {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return OTHER.test(`${path}/`) ? [] : filesBelow(path, root);
  });
}
