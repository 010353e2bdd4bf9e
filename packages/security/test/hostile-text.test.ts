import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

/** One megabyte each; a detector that goes quadratic needs minutes for one of them. */
const HOSTILE = [
  '"a".repeat(1e6)',
  '"@".repeat(1e6)',
  '"a@".repeat(5e5)',
  '"a@a.".repeat(2.5e5)',
  '("a".repeat(64) + "@" + "a.".repeat(120)).repeat(3000)',
  '"a@" + "a.".repeat(5e5)',
  '"1".repeat(1e6)',
  '"4 ".repeat(5e5)',
  '"4111 ".repeat(2e5)',
  '"4-".repeat(5e5)',
  '"0 1".repeat(3e5)',
  '"+1".repeat(5e5)',
  '"+1 ".repeat(3e5)',
  '"(".repeat(1e6)',
  '"tel ".repeat(2.5e5)',
  '"tel 1".repeat(2e5)',
  '"DE89".repeat(2.5e5)',
  '"DE 89 ".repeat(1.5e5)',
  '"A".repeat(1e6)',
  '"AB 1".repeat(2.5e5)',
  '"XXX".repeat(3e5)',
  '"-".repeat(1e6)',
  '" ".repeat(1e6)',
  '"\\u0301".repeat(5e5) + "\\u0327".repeat(5e5)',
  '"a" + "\\u0301\\u0327".repeat(5e5)',
  '"\\u200b".repeat(1e6)',
  '"\\ufdfa".repeat(1e6)',
  '"\\u0661".repeat(1e6)',
  '"\\ud800".repeat(1e6)',
  '"1\\u200b ".repeat(3e5)',
];

/** Processor time, so that a busy machine changes nothing. */
const MAX_CPU_MS = 4_000;
const source = fileURLToPath(new URL("../src/index.ts", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url));

describe("hostile text", () => {
  it("of one megabyte is scanned in bounded time, by a process that lives on", () => {
    const program = `
      import { detectSensitivity } from ${JSON.stringify(source)};
      const times = [${HOSTILE.join(", ")}].map((text) => {
        const begun = process.cpuUsage();
        try {
          detectSensitivity(text);
        } catch (error) {
          if (error.code !== "InvalidRequest") throw error;
        }
        const { user, system } = process.cpuUsage(begun);
        return Math.round((user + system) / 1000);
      });
      process.stdout.write(JSON.stringify(times));
    `;
    const child = spawnSync(process.execPath, ["--conditions=@caio/source", "--import", "tsx", "--input-type=module", "-e", program], {
      cwd: root,
      encoding: "utf8",
      timeout: 240_000,
    });
    expect(child.stderr).toBe("");
    expect(child.status).toBe(0);
    const times = JSON.parse(child.stdout) as number[];
    expect(times).toHaveLength(HOSTILE.length);
    const slow = HOSTILE.filter((_, index) => (times[index] ?? Number.POSITIVE_INFINITY) > MAX_CPU_MS);
    expect(slow).toEqual([]);
  }, 300_000);
});
