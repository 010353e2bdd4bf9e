#!/usr/bin/env node
import { existsSync } from "node:fs";
import process from "node:process";

// A published package holds the whole command in a few files, which start in half the time; a workspace has what was built.
const main = existsSync(new URL("../bundle/main.js", import.meta.url)) ? "../bundle/main.js" : "../dist/main.js";
import(main).then(({ main: run }) => run(), (error) => { process.stderr.write(error.code === "ERR_MODULE_NOT_FOUND" ? "error: caio is not built. Build it: npx nx build cli\n" : `error: caio cannot be loaded (${error.name})\n`); process.exitCode = 2; });
