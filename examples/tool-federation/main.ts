import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { openHouse } from "../house/open-house.ts";
import { useTools } from "./use-tools.ts";

/** A gateway before three MCP servers, and two who use their tools. */
const sandbox = await realpath(await mkdtemp(join(tmpdir(), "caio-sandbox-")));
try {
  const house = await openHouse({
    folder: new URL(".", import.meta.url),
    inPlaceOf: { "/the/sandbox": sandbox },
    environment: { MEMORY_FILE_PATH: join(sandbox, "memory.jsonl") },
  });
  try {
    await useTools(house, sandbox, (line = "") => { process.stdout.write(`${line}\n`); });
  } finally {
    await house.close();
  }
} finally {
  await rm(sandbox, { recursive: true, force: true });
}
