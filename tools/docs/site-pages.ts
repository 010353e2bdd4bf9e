import { existsSync, readdirSync, readFileSync } from "node:fs";

import { ROOT } from "../architecture/projects.ts";
import { publishedPackages } from "./published-packages.ts";

/** One group of the side bar, as `docs/.vitepress/pages.json` has it. */
interface Section {
  readonly text: string;
  /** File within docs, and what it is called in the side bar. */
  readonly pages: readonly (readonly [file: string, text: string])[];
  /** Folders of docs whose other pages follow by themselves, in the order of their names. */
  readonly folders?: readonly string[];
  /** The published packages follow by themselves. */
  readonly packages?: boolean;
}

/** A page of the site. */
export interface SitePage {
  readonly text: string;
  /** Within docs; of a package's page the file that it is made from, within the repository. */
  readonly source: string;
  /** Within the site, from its root. */
  readonly address: string;
}

export interface SiteSection {
  readonly text: string;
  readonly pages: readonly SitePage[];
}

/** The side bar: what is listed, and what follows by itself. */
export function siteSections(root: URL = ROOT): readonly SiteSection[] {
  const sections = JSON.parse(readFileSync(new URL("docs/.vitepress/pages.json", root), "utf8")) as readonly Section[];
  return sections.map(({ text, pages, folders = [], packages = false }) => {
    const listed = pages.map(([file, name]) => pageOf(file, name));
    const following = folders.flatMap((folder) => pagesIn(folder, root).filter((file) => !pages.some(([other]) => other === file)).map((file) => pageOf(file, titleOf(file, root))));
    const ofPackages = packages ? publishedPackages(root).map(({ key, name, folder }) => ({ text: name, source: `${folder}/README.md`, address: `/reference/${key}/` })) : [];
    return { text, pages: [...listed, ...following, ...ofPackages] };
  });
}

/** Markdown files of docs that readers see, within docs; not what a build makes. */
export function sitePageFiles(root: URL = ROOT): readonly string[] {
  return readdirSync(new URL("docs/", root), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !/^(?:\.vitepress|reference)\//.test(file))
    .sort();
}

/** The address of a Markdown file of docs. */
export function addressOf(file: string): string {
  return `/${file.replace(/(?:^|(?<=\/))(?:README|index)\.md$/, "").replace(/\.md$/, ".html")}`;
}

function pageOf(file: string, text: string): SitePage {
  return { text, source: `docs/${file}`, address: addressOf(file) };
}

function pagesIn(folder: string, root: URL): readonly string[] {
  const place = new URL(`docs/${folder}/`, root);
  if (!existsSync(place)) return [];
  return readdirSync(place).filter((name) => name.endsWith(".md")).sort().map((name) => `${folder}/${name}`);
}

function titleOf(file: string, root: URL): string {
  const [, title] = /^# (.+)$/m.exec(readFileSync(new URL(`docs/${file}`, root), "utf8")) ?? [];
  return (title ?? file).replaceAll("`", "");
}
