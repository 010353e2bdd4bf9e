import { createHash } from "node:crypto";

import type { Checkpoint } from "@caio/verifier";
import { describe, expect, it } from "vitest";
import type * as z from "zod/mini";

import { continuationOf } from "../src/log/log-checkpoint.ts";

const hash = (...parts: readonly Uint8Array[]): Uint8Array => createHash("sha256").update(Buffer.concat(parts)).digest();
const [leafMark, nodeMark] = [Uint8Array.of(0), Uint8Array.of(1)];
const [first, second, other] = ["first", "second", "other"].map((text) => hash(leafMark, Buffer.from(text))) as [Uint8Array, Uint8Array, Uint8Array];
const head = (size: number, root: Uint8Array, origin = "caio.example"): Checkpoint => ({ origin, size, root });
const [empty, one, two] = [head(0, hash()), head(1, first), head(2, hash(nodeMark, first, second))];

/** A gateway that proves the second entry to come after the first, and counts how often it is asked. */
function proving(proof: readonly Uint8Array[] = [second]): { readonly asked: () => readonly string[]; readonly gateway: Parameters<typeof continuationOf>[0] } {
  const paths: string[] = [];
  const read = <Shape extends z.ZodMiniType>(path: string, shape: Shape): Promise<z.output<Shape>> => {
    paths.push(path);
    return Promise.resolve(shape.parse({ proof: proof.map((each) => Buffer.from(each).toString("hex")) }));
  };
  return { asked: () => paths, gateway: { read } };
}

describe("a head of the log that was seen before", () => {
  it("is continued if the proof holds, and by no other log", async () => {
    const { gateway, asked } = proving();
    expect(await continuationOf(gateway, one, two)).toBe("continued");
    expect(asked()).toEqual(["api/v1/log/consistency?first=1&second=2"]);
    expect(await continuationOf(gateway, head(1, other), two)).toBe("broken");
    expect(await continuationOf(gateway, one, head(2, hash(nodeMark, other, second)))).toBe("broken");
    for (const proof of [[], [other], [second, second], [Uint8Array.of(1)]]) expect(await continuationOf(proving(proof).gateway, one, two)).toBe("broken");
  });

  it("is the same at the same size with the same root, which needs no proof, and else the log was forked", async () => {
    const { gateway, asked } = proving();
    expect(await Promise.all([[one, one], [two, two], [two, head(2, other)], [empty, empty], [empty, head(0, other)]].map(([earlier = one, later = one]) => continuationOf(gateway, earlier, later)))).toEqual(["same", "same", "broken", "same", "broken"]);
    expect(asked()).toEqual([]);
  });

  it("is continued by everything if it was empty, and never by a shorter log or one of another name", async () => {
    const { gateway, asked } = proving();
    expect(await Promise.all([[empty, two], [two, one], [one, empty], [one, head(2, two.root, "else.example")]].map(([earlier = one, later = one]) => continuationOf(gateway, earlier, later)))).toEqual(["continued", "broken", "broken", "broken"]);
    expect(asked()).toEqual([]);
  });
});
