#!/usr/bin/env node
import("../dist/main.js").then(({ main }) => main(), (error) => { process.stderr.write(error.code === "ERR_MODULE_NOT_FOUND" ? "error: caio is not built. Build it: npx nx build cli\n" : `error: caio cannot be loaded (${error.name})\n`); process.exitCode = 2; });
