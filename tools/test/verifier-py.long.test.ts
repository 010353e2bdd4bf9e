import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { expectGolden, expectRandomWorlds, pythonFolder, withoutPython } from "./support/python-verifier.ts";

describe.skipIf(withoutPython())("verifier in Python, at length", () => {
  it("passes its own tests", () => {
    expect(() => execFileSync("python3", ["-m", "unittest"], { cwd: pythonFolder, stdio: "pipe" })).not.toThrow();
  });

  it("accepts the bundles of all golden worlds, and none under another key", () => {
    expectGolden(200);
  });

  it("accepts the certificates of 100 random worlds, and none of which the decision was changed", () => {
    expectRandomWorlds(41_000, 100);
  });
});
