import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Does work in a new folder of the system's temporary one, `caio-<name>-…`, which is gone when it ends, however it ends. */
export async function inScratchFolder<Result>(name: string, work: (folder: string) => Promise<Result>, keep = false): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `caio-${name}-`)));
  try {
    return await work(folder);
  } finally {
    if (keep) console.error(`kept: ${folder}`);
    // What was killed a moment ago may still have a file open, which some systems do not remove at once.
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
