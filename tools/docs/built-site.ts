import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, posix } from "node:path";

/** What came of a built site. */
export interface SiteReport {
  readonly pages: number;
  /** Links within the site, with their anchors. */
  readonly within: number;
  /** Links that readers may follow to other hosts. */
  readonly elsewhere: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

/** Attributes and rules by which a page makes a browser load something before anybody clicks. */
const RESOURCES = [/<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc="([^"]+)"/g, /<link\b[^>]*?\bhref="([^"]+)"/g, /\bsrcset="([^"]+)"/g];
const IN_STYLES = /@import\s+(?:url\()?["']?([^"')\s;]+)|url\(["']?([^"')]+)["']?\)/g;

/** Holds a built site to itself: links and anchors lead somewhere, and nothing is loaded from another host. */
export function checkSite(folder: URL): SiteReport {
  const root = fileURLToPath(folder);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => statSync(join(root, file)).isFile());
  const pages = new Map(files.filter((file) => file.endsWith(".html")).map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const ids = new Map([...pages].map(([file, html]) => [file, new Set([...html.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, id = ""]) => decoded(id)))]));
  const problems: string[] = [];
  let [within, elsewhere] = [0, 0];
  for (const [file, html] of pages) {
    for (const href of hrefsOf(html)) {
      if (/^[a-z]+:/i.test(href)) {
        elsewhere++;
        continue;
      }
      within++;
      const [path = "", anchor = ""] = href.split("#", 2);
      const target = path === "" ? file : fileAt(path.startsWith("/") ? path.slice(1) : posix.join(posix.dirname(file), path));
      if (!existsSync(join(root, target))) problems.push(`${file}: ${href} leads nowhere.`);
      else if (anchor !== "" && ids.get(target)?.has(decodeURIComponent(anchor)) === false) problems.push(`${file}: ${href}: there is no such place on that page.`);
    }
    problems.push(...RESOURCES.flatMap((form) => [...html.matchAll(form)]).flatMap(([, address = ""]) => foreign(file, address)));
  }
  for (const file of files.filter((name) => name.endsWith(".css"))) {
    problems.push(...[...readFileSync(join(root, file), "utf8").matchAll(IN_STYLES)].flatMap(([, imported, address]) => foreign(file, imported ?? address ?? "")));
  }
  return { pages: pages.size, within, elsewhere, bytes: files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0), problems: [...new Set(problems)] };
}

function hrefsOf(html: string): readonly string[] {
  return [...html.matchAll(/<a\b[^>]*?\bhref="([^"]*)"/g)].map(([, href = ""]) => decoded(href));
}

function fileAt(path: string): string {
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

function foreign(file: string, address: string): readonly string[] {
  return /^(?:[a-z]+:)?\/\//i.test(address) ? [`${file}: loads ${address} from another host.`] : [];
}

function decoded(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}
