/** `npm run docs`: the pages of packages from their sources, the site, and whether its links lead somewhere. Nothing is fetched. */
import process from "node:process";
import { fileURLToPath } from "node:url";

import { build } from "vitepress";

import { ROOT } from "../architecture/projects.ts";
import { writeReference } from "./api-reference.ts";
import { checkSite } from "./built-site.ts";
import { coveredDocuments } from "./covered-documents.ts";
import { checkLinks } from "./source-links.ts";

const DIST = new URL("docs/.vitepress/dist/", ROOT);

const sources = checkLinks(coveredDocuments());
const { packages, names } = await writeReference();
await build(fileURLToPath(new URL("docs", ROOT)));
const site = checkSite(DIST);
const problems = [...sources.problems, ...site.problems];
for (const problem of problems) console.error(problem);
console.log(`${String(site.pages)} pages, ${String(packages)} packages with ${String(names)} names, ${(site.bytes / 1e6).toFixed(1)} MB in docs/.vitepress/dist`);
console.log(`links in sources: ${String(sources.within)} to files and headings, ${String(sources.elsewhere)} to other hosts (form only); links in pages: ${String(site.within)}, ${String(site.elsewhere)} to other hosts; ${String(problems.length)} dead or foreign`);
// The bundler leaves threads behind that wait for more.
process.exit(problems.length === 0 ? 0 : 1);
