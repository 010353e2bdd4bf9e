import { join } from "node:path";

import { describe, it } from "vitest";

/**
 * A suite over vectors that others made, read from the folder that CAIO_VECTORS names. Without it the suite is shown as
 * skipped, with the reason in its name, and never as passed.
 */
export function describeVectors(name: string, folder: string, suite: (path: string) => void): void {
  const root = process.env["CAIO_VECTORS"];
  if (root === undefined || root === "") {
    console.warn(`${name}: NOT RUN. Set CAIO_VECTORS to the folder of vectors.`);
    describe(name, () => {
      it.skip("NOT RUN: set CAIO_VECTORS to the folder of vectors", () => undefined);
    });
    return;
  }
  describe(name, () => {
    suite(join(root, folder));
  });
}
