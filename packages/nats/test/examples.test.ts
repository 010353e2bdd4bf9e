import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { example } from "./support/example.ts";

function examplesIn(path: string): readonly string[] {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  return [...text.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, code = ""]) => code);
}

it("the examples of the README and of the guide are those whose types are checked", () => {
  expect(examplesIn("../README.md")).toEqual([example("readme")]);
  expect(examplesIn("../../../docs/nats.md")).toEqual([example("read-decisions"), example("serve")]);
});
