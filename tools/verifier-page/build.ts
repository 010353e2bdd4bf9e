/** `tsx -C @caio/source tools/verifier-page/build.ts --out DIR [--port N]`: builds the page; with a port, serves it until stopped. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { buildPage, measureVerifier } from "./build-page.ts";
import { servePage } from "./serve-page.ts";

const { values } = parseArgs({ options: { out: { type: "string" }, port: { type: "string" } } });
if (values.out === undefined) throw new Error("Found no --out, expected the folder to build the page into. It is emptied first.");
const out = resolve(values.out);

const files = await buildPage(out);
console.log("| file | bytes | gzip |\n|---|---|---|");
for (const { name, bytes, gzip } of [...files, await measureVerifier()]) console.log(`| ${name} | ${String(bytes)} | ${String(gzip)} |`);
if (values.port !== undefined) {
  const { url } = await servePage(out, Number(values.port));
  console.log(`Open ${url}; stop with Ctrl-C.`);
}
