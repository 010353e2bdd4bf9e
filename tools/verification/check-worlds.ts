import { caioRoute } from "@caio/orchestrator";
import { verifyBundle, verifyCertificate, type Report } from "@caio/verifier";

import { replicaWorld } from "../worlds/replica-world.ts";
import { bundleOf, operatorKey, predicateOf, statementOf } from "./bundle-writer.ts";
import { loggedInputs, materialOf } from "./material.ts";

/** One world in this many is verified as a whole bundle: signed, logged and read from its text. */
const BUNDLE_EVERY = 10;

/** Upper ends of the classes of decisions, by pairs judged. */
export const sizes = [1, 10, 20, 40, 80, 160, Infinity] as const;

export interface WorldsResult {
  readonly worlds: number;
  readonly bundles: number;
  readonly chosen: number;
  readonly pairs: number;
  /** Refused, or less than attested: a bug of the router or of the verifier. */
  readonly failing: readonly { readonly seed: number; readonly checks: readonly string[] }[];
  /** Milliseconds of `verifyCertificate`, in hundredths, by `sizes`. */
  readonly times: readonly (readonly number[])[];
}

const key = operatorKey();

/** Routes random worlds and verifies every certificate with every path of the request opened. */
export async function checkWorlds(from: number, count: number): Promise<WorldsResult> {
  const times = sizes.map((): number[] => []);
  const failing: { seed: number; checks: string[] }[] = [];
  let [bundles, chosen, pairs] = [0, 0, 0];
  for (let seed = from; seed < from + count; seed++) {
    const world = replicaWorld(seed);
    const decision = caioRoute(world.request, loggedInputs(world));
    const material = materialOf(world, decision);
    if (decision.kind === "chosen") chosen++;
    pairs += decision.verdicts.length;
    const start = performance.now();
    const report = verifyCertificate(material);
    times[sizes.findIndex((most) => decision.verdicts.length <= most)]?.push(Math.round(100 * (performance.now() - start)));
    const whole = seed % BUNDLE_EVERY === 0 ? await verifyBundle(bundleOf(predicateOf(statementOf(material), key), key), { publicKey: key.publicKey }) : undefined;
    if (whole !== undefined) bundles++;
    const checks = [report, ...(whole === undefined ? [] : [whole])].flatMap(badChecks);
    if (checks.length > 0) failing.push({ seed, checks: checks.slice(0, 4) });
  }
  return { worlds: count, bundles, chosen, pairs, failing, times };
}

function badChecks({ checks, knownVersion }: Report): string[] {
  const bad = checks.filter(({ verdict, standing }) => verdict === "fail" || standing === "withheld");
  const lines = bad.map(({ name, standing, detail }) => `${name} (${standing}): ${(detail ?? "").slice(0, 400)}`);
  return knownVersion ? lines : [...lines, "unknown version"];
}
