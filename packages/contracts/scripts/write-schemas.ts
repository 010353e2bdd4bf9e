import { mkdirSync, writeFileSync } from "node:fs";

import { publishedSchemas } from "./published-schemas.ts";

/** Writes `schemas/*.json`: `npx tsx -C @caio/source scripts/write-schemas.ts`. A test says when they are stale. */
const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of publishedSchemas()) writeFileSync(new URL(name, folder), text);
