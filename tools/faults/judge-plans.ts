import { generateSigningKey, KeyRing } from "@caio/traceability";
import { verifyPlanChoice, type Json } from "@caio/verifier";

import type { BrokenProcess } from "./broken/broken-process.ts";
import type { Answer } from "./broken/broken-router.ts";
import type { Fault, PlanTask } from "./fault.ts";
import { refusals, type Refusal } from "./judge-bundle.ts";
import { bundlePlan, passedForgeries, planClaim } from "./scenario/faulty-plan.ts";
import type { Trial } from "./trial.ts";

const keys = KeyRing.of("caio.example/log", generateSigningKey());
const publicKey = Buffer.from(keys.signer.key.publicKey.bytes).toString("hex");

/**
 * Breaks what plans are chosen and checked by: random plans from seed 1 on, until the unbroken verifier refuses one, or the broken
 * verifier lets a forgery pass.
 *
 * @throws Error if the unbroken planner's own plan of that seed is refused, or the unbroken verifier lets the forgery pass.
 */
export async function judgePlans(fault: Fault, task: PlanTask, broken: BrokenProcess, most: number): Promise<Trial> {
  let changed = 0;
  let stopped = 0;
  for (let seed = 1; seed <= most; seed++) {
    const reply = await broken.ask({ kind: "plan", task, seed, expected: await expected(task, seed) });
    if (reply.kind === "stopped") stopped++;
    const found = await findingsOf(reply);
    if (found === undefined) continue;
    changed++;
    const [first] = found;
    if (first === undefined) continue;
    await requireHonest(task, seed);
    return { fault, caughtBy: [...new Set(found.map(({ check }) => check))], detail: first.detail, worlds: seed, changed, stopped };
  }
  return { fault, caughtBy: [], detail: "", worlds: most, changed, stopped };
}

/** Undefined: nothing is another than without the fault. */
async function findingsOf(reply: Answer): Promise<readonly Refusal[] | undefined> {
  if (reply.kind === "claim") return refused(reply.claim);
  if (reply.kind === "bundle") return await refusals(reply.bundle, reply.publicKey);
  if (reply.kind !== "passed" || reply.forgeries.length === 0) return undefined;
  return reply.forgeries.map((name) => ({ check: `forgery: ${name}`, detail: "the verifier takes it for true" }));
}

async function expected(task: PlanTask, seed: number): Promise<string> {
  if (task === "forgeries") return "";
  return task === "choice" ? planClaim(seed) : (await bundlePlan(seed, keys)).fingerprint;
}

function refused(claim: string): readonly Refusal[] {
  const { checks } = verifyPlanChoice(JSON.parse(claim) as Json);
  return checks.filter(({ verdict }) => verdict === "fail").map(({ name, detail = "" }) => ({ check: name, detail }));
}

/** What was found is due to the fault alone. */
async function requireHonest(task: PlanTask, seed: number): Promise<void> {
  const found = task === "forgeries" ? await passedForgeries(seed, keys) : task === "choice" ? refused(planClaim(seed)) : await refusals((await bundlePlan(seed, keys)).bundle, publicKey);
  if (found.length > 0) throw new Error(`Seed ${String(seed)}: without the fault, too: ${JSON.stringify(found)}`);
}
