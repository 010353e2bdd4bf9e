import { existsSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";

import { ROOT } from "../architecture/projects.ts";
import { publishedPackages } from "./published-packages.ts";
import { addressOf } from "./site-pages.ts";

/** Whether a link leaves this repository, or stays on its page. */
export function isElsewhere(href: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(href);
}

/** Where a relative link of a file leads, within the repository, and the anchor it names. */
export function targetOf(source: string, href: string): { readonly path: string; readonly anchor: string } {
  const [path = "", anchor = ""] = href.split("#", 2);
  const joined = posix.normalize(posix.join(posix.dirname(source), decodeURI(path)));
  return { path: joined.replace(/\/$/, ""), anchor };
}

/**
 * What a link of a Markdown file becomes in the site: pages of docs and of packages have an address there, everything else one in the
 * repository.
 *
 * @param source - the file that holds the link, within the repository
 */
export function siteLink(source: string, href: string, root: URL = ROOT): string {
  if (isElsewhere(href) || href.startsWith("/")) return href;
  const { path, anchor } = targetOf(source, href);
  return (addressWithin(path, root) ?? inRepository(path, root)) + (anchor === "" ? "" : `#${anchor}`);
}

function addressWithin(path: string, root: URL): string | undefined {
  const [, key] = /^packages\/([a-z0-9-]+)(?:\/README\.md)?$/.exec(path) ?? [];
  if (key !== undefined) return keysOfPackages(root).has(key) ? `/reference/${key}/` : undefined;
  if (!path.startsWith("docs/")) return undefined;
  const file = path.slice("docs/".length);
  if (file.endsWith(".md")) return addressOf(file);
  return existsSync(new URL(`${path}/README.md`, root)) ? `/${file}/` : undefined;
}

let packageKeys: ReadonlySet<string> | undefined;

function keysOfPackages(root: URL): ReadonlySet<string> {
  packageKeys ??= new Set(publishedPackages(root).map(({ key }) => key));
  return packageKeys;
}

function inRepository(path: string, root: URL): string {
  const place = new URL(path, root);
  const kind = existsSync(place) && statSync(place).isDirectory() ? "tree" : "blob";
  return `${repositoryAddress(root)}/${kind}/main/${path}`;
}

/** Where the repository is published, as the packages say. */
export function repositoryAddress(root: URL = ROOT): string {
  const { repository } = JSON.parse(readFileSync(new URL("packages/core/package.json", root), "utf8")) as { repository: { url: string } };
  return repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
}
