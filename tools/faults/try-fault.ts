import { generateSigningKey, KeyRing } from "@caio/traceability";

import { BrokenProcess } from "./broken/broken-process.ts";
import type { Fault, Twist } from "./fault.ts";
import { refusals } from "./judge-bundle.ts";
import { judgeLog } from "./judge-log.ts";
import { judgePlans } from "./judge-plans.ts";
import { bundleDecision, decideWorld, fingerprint } from "./scenario/world-bundle.ts";
import { twistedWorld } from "./scenario/twisted-world.ts";
import type { Trial } from "./trial.ts";

/** Fingerprints of the unbroken decisions, by world. */
const expectations = new Map<string, string>();
const keys = KeyRing.of("caio.example/log", generateSigningKey());

/**
 * Breaks the router and asks the unbroken verifier: random worlds from seed 1 on, until one bundle is refused or `most` worlds
 * are decided; or random plans or a scenario, where the fault names them.
 *
 * @throws Error if the bundle that the unbroken router makes of the same world is refused.
 */
export async function tryFault(fault: Fault, most: number): Promise<Trial> {
  const broken = new BrokenProcess(fault);
  try {
    if (fault.plan !== undefined) return await judgePlans(fault, fault.plan, broken, most);
    return fault.scenario === undefined ? await tryWorlds(fault, broken, most) : await judgeLog(fault, fault.scenario, broken);
  } finally {
    broken.stop();
  }
}

async function tryWorlds(fault: Fault, broken: BrokenProcess, most: number): Promise<Trial> {
  let changed = 0;
  let stopped = 0;
  for (let seed = 1; seed <= most; seed++) {
    const reply = await broken.ask({ kind: "world", seed, twist: fault.twist, expected: fault.sameDecision === true ? "" : expected(seed, fault.twist) });
    if (reply.kind === "stopped") stopped++;
    if (reply.kind !== "bundle") continue;
    changed++;
    const refused = await refusals(reply.bundle, reply.publicKey);
    const [first] = refused;
    if (first === undefined) continue;
    await requireHonest(seed, fault.twist);
    return { fault, caughtBy: [...new Set(refused.map(({ check }) => check))], detail: first.detail, worlds: seed, changed, stopped };
  }
  return { fault, caughtBy: [], detail: "", worlds: most, changed, stopped };
}

function expected(seed: number, twist: Twist | undefined): string {
  const world = `${String(seed)} ${twist ?? ""}`;
  const known = expectations.get(world) ?? fingerprint(decideWorld(twistedWorld(seed, twist)));
  expectations.set(world, known);
  return known;
}

/** The refusal is due to the fault alone. */
async function requireHonest(seed: number, twist: Twist | undefined): Promise<void> {
  const bundle = await bundleDecision(decideWorld(twistedWorld(seed, twist)), keys);
  const [refused] = await refusals(bundle, Buffer.from(keys.signer.key.publicKey.bytes).toString("hex"));
  if (refused !== undefined) throw new Error(`Seed ${String(seed)}: the unbroken router's bundle is refused: ${refused.check}, ${refused.detail}`);
}
