import { existsSync } from "node:fs";

import { ROOT } from "../architecture/projects.ts";
import type { CoveredDocument } from "./covered-documents.ts";
import { headingAnchors } from "./heading-anchors.ts";
import { isElsewhere, targetOf } from "./site-link.ts";

/** What came of the links in Markdown sources. */
export interface LinksReport {
  /** Links to files of the repository, and to places in them. */
  readonly within: number;
  /** Links to other hosts: nobody fetches them here, only their form is looked at. */
  readonly elsewhere: number;
  readonly problems: readonly string[];
}

/** Holds the links of documents to the files, folders and headings that they name. */
export function checkLinks(documents: readonly CoveredDocument[], root: URL = ROOT): LinksReport {
  const anchors = new Map(documents.map(({ path, text }) => [path, headingAnchors(text)]));
  const problems: string[] = [];
  let [within, elsewhere] = [0, 0];
  for (const { path, text } of documents) {
    for (const { href, line } of linksOf(text)) {
      const place = `${path}:${String(line)}`;
      if (isElsewhere(href) && !href.startsWith("#")) {
        elsewhere++;
        if (!isAddress(href)) problems.push(`${place}: ${href} is no address that a browser opens.`);
        continue;
      }
      // Addresses of the site are held to its pages when it is built.
      if (href.startsWith("/")) continue;
      within++;
      const { path: target, anchor } = href.startsWith("#") ? { path, anchor: href.slice(1) } : targetOf(path, href);
      if (!anchors.has(target) && !existsSync(new URL(target, root))) problems.push(`${place}: there is no ${target}.`);
      else if (anchor !== "" && anchors.get(target)?.has(anchor) === false) problems.push(`${place}: ${target} has no heading "${anchor}".`);
    }
  }
  return { within, elsewhere, problems };
}

function linksOf(text: string): readonly { readonly href: string; readonly line: number }[] {
  let fenced = false;
  return text.split("\n").flatMap((line, at) => {
    if (/^ *```/.test(line)) fenced = !fenced;
    if (fenced) return [];
    // What is in backticks is code.
    const prose = line.replaceAll(/`[^`]*`/g, (code) => "x".repeat(code.length));
    return [...prose.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?)\)|(?:href|src)="([^"]+)"/g)].map(([, inline, attribute]) => ({ href: inline ?? attribute ?? "", line: at + 1 }));
  });
}

function isAddress(href: string): boolean {
  try {
    const { protocol, hostname } = new URL(href);
    return (protocol === "https:" || protocol === "http:") && hostname !== "";
  } catch {
    return false;
  }
}
