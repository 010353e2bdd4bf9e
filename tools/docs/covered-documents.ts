import { existsSync, readdirSync, readFileSync } from "node:fs";

import { ROOT } from "../architecture/projects.ts";
import { readBlocks, type DocBlock } from "./doc-block.ts";
import { sitePageFiles } from "./site-pages.ts";

/** A document whose blocks and links are held to their word. */
export interface CoveredDocument {
  /** Within the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly DocBlock[];
}

/** Everything that readers see: docs, the first pages of the repository, of the examples and of all packages. */
export function coveredDocuments(root: URL = ROOT): readonly CoveredDocument[] {
  const folders = ["packages", "examples"].flatMap((parent) => readdirSync(new URL(parent, root)).sort().map((name) => `${parent}/${name}/README.md`));
  const paths = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", ...folders, ...sitePageFiles(root).map((file) => `docs/${file}`)];
  return paths
    .filter((path) => existsSync(new URL(path, root)))
    .map((path) => {
      const text = readFileSync(new URL(path, root), "utf8");
      return { path, text, blocks: readBlocks(path, text) };
    });
}
