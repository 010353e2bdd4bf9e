import { execFile, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { hasPostgres } from "./support/databases.ts";
import type { DiskReport } from "./support/disk/small-disk.ts";

const script = fileURLToPath(new URL("./support/disk/small-disk.ts", import.meta.url));
const mayMount = spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).status === 0;
if (!mayMount) console.log("Not run: tests of full and read-only disks. They mount a small disk of their own, which needs root: `sudo npx vitest run --config tools/vitest.long.config.ts disk`.");

/** In a process whose mounts nobody else sees, and that end with it; where they were, a folder stays behind, which goes here. */
async function report(scenario: string): Promise<DiskReport> {
  const places = mkdtempSync(join(tmpdir(), "caio-disk-"));
  chmodSync(places, 0o755); // the server has a user of its own
  try {
    const { stdout } = await promisify(execFile)("unshare", ["-m", process.execPath, "--conditions=@caio/source", "--import", "tsx", script, scenario, places]);
    return JSON.parse(stdout) as DiskReport;
  } finally {
    rmSync(places, { recursive: true });
  }
}

describe.skipIf(!mayMount)("a disk that is full, and one that cannot be written", () => {
  it.each([
    ["sqlite", ["ServiceUnavailable disk_full"]],
    ...(hasPostgres ? [["postgres", ["ServiceUnavailable disk_full"]] as const, ["postgres and its write-ahead log", ["ServiceUnavailable unreachable"]] as const] : []),
  ] as const)("under %s: a typed refusal, and everything that was confirmed is there when there is room again", async (scenario, reasons) => {
    const found = await report(scenario);
    console.log(`${scenario}: ${JSON.stringify(found)}`);
    expect(found.refused).toEqual(reasons);
    expect(found.holds).toEqual([true, true]);
    expect(found.before).toBeGreaterThanOrEqual(20);
    expect(found.after).toBeGreaterThanOrEqual(10);
    expect(found.readOnly).toEqual(["kept", "ServiceUnavailable read_only", "kept"]);
  });
});
