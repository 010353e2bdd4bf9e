/* eslint-disable @nx/enforce-module-boundaries, @typescript-eslint/unbound-method -- the stages have no public door, and a benchmark must not give them one */
import { verifyBundle } from "@caio/verifier";

import { fromBase64, textOf } from "../../packages/verifier/src/bytes/bytes.ts";
import { parseJson, readJson } from "../../packages/verifier/src/json/json.ts";
import { Checks } from "../../packages/verifier/src/report/report.ts";

/** What a verification spends its time on: the first three are of the bundle as text, the others are families of checks. */
export const stages = ["envelope and base64", "JSON", "shapes", "digests and commitments", "tries and leaves", "conditions and clauses", "numbers and choice", "rest"] as const;
export type Stage = (typeof stages)[number];

const FAMILIES: readonly (readonly [Stage, RegExp])[] = [
  ["shapes", /\.form$/],
  ["tries and leaves", /^(completeness\.(trie|group)|history\.)/],
  ["digests and commitments", /^(statement\.|request\.|policy\.(digest|base|named)|completeness\.(root|contracts))/],
  ["conditions and clauses", /^(policy\.rules|verdict\.|prefer\.)/],
  ["numbers and choice", /^(residuals|terms|features|score|choice|outcome|security|promise|control|proofs)\./],
];

/** Milliseconds per stage of one verification. The rest holds the signatures, which are checked beside the other stages. */
export async function timedVerification(bundle: string, publicKey: Uint8Array): Promise<ReadonlyMap<Stage, number>> {
  const spent = new Map<Stage, number>(stages.map((stage) => [stage, 0]));
  const timed = <T>(stage: Stage, work: () => T): T => {
    const before = performance.now();
    try {
      return work();
    } finally {
      spent.set(stage, (spent.get(stage) ?? 0) + performance.now() - before);
    }
  };
  const stageOf = (name: string): Stage => FAMILIES.find(([, names]) => names.test(name))?.[0] ?? "rest";
  const text = timed("envelope and base64", () => textOf(fromBase64((parseJson(bundle) as { payload: string }).payload) ?? new Uint8Array()));
  timed("JSON", () => readJson(text));
  const { prototype } = Checks;
  const { run, read } = prototype;
  prototype.run = function (name, ...rest): boolean {
    return timed(stageOf(name), () => run.call(this, name, ...rest));
  };
  prototype.read = function <T>(this: Checks, name: string, ...rest: [Parameters<typeof read<T>>[1], unknown]): T | undefined {
    return timed(stageOf(name), () => read.call(this, name, ...rest) as T | undefined);
  };
  const before = performance.now();
  try {
    await verifyBundle(bundle, { publicKey });
  } finally {
    Object.assign(prototype, { run, read });
  }
  const whole = performance.now() - before;
  const known = [...spent].reduce((sum, [stage, time]) => (stage === "rest" ? sum : sum + time), 0);
  return spent.set("rest", Math.max(0, whole - known));
}
