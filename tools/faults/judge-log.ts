import { fromHex } from "@caio/core";
import { auditLogSegment, compareCheckpoints, compareInstances, generateSigningKey, KeyRing, openCheckpoint, type AuditFinding } from "@caio/traceability";
import { verifyCheckpoint, verifyConsistency } from "@caio/verifier";

import type { BrokenProcess } from "./broken/broken-process.ts";
import type { Fault, LogScenario } from "./fault.ts";
import { refusals } from "./judge-bundle.ts";
import { playScenario, STALE_AFTER_MS, type LogEvidence } from "./scenario/log-scenario.ts";
import type { Trial } from "./trial.ts";

/** What unbroken readers find in what an operator gives them. */
export interface LogFindings {
  /** Findings of the audit of the log segment, and of two logs held against each other. */
  readonly audit: readonly AuditFinding[];
  /** Of the two checkpoints alone: by the packages, and by the verifier, which shares no code with them. */
  readonly fork: AuditFinding | undefined;
  readonly verifierForks: boolean;
  /** Checks that refuse a bundle of the way. */
  readonly bundles: readonly string[];
}

/**
 * Takes a broken orchestrator through a scenario and reads what it leaves.
 *
 * @throws Error if the unbroken one leaves anything to find, or if the evidence that the fault names is not what shows it.
 */
export async function judgeLog(fault: Fault, scenario: LogScenario, broken: BrokenProcess): Promise<Trial> {
  const own = KeyRing.of("caio.example/log", generateSigningKey());
  const honest = await playScenario(scenario, own);
  const clean = await readLog(honest, own.verifiersText(), Buffer.from(own.signer.key.publicKey.bytes).toString("hex"));
  if (clean.audit.length > 0 || clean.fork !== undefined || clean.verifierForks || clean.bundles.length > 0) {
    throw new Error(`Scenario ${scenario}: the unbroken router is refused: ${JSON.stringify(clean)}`);
  }
  const reply = await broken.ask({ kind: "log", scenario });
  if (reply.kind === "stopped") throw new Error(`${fault.id}: ${reply.message}`);
  if (reply.kind !== "log") throw new Error(`${fault.id}: found an answer of kind ${reply.kind}, expected a log.`);
  const found = await readLog(reply.evidence, reply.verifiers, reply.publicKey);
  const changed = JSON.stringify(reply.evidence.entries) === JSON.stringify(honest.entries) && found.fork === undefined ? 0 : 1;
  const [first] = fault.needs === "two checkpoints" ? [found.fork] : found.audit;
  return { fault, caughtBy: caughtBy(fault, found), detail: first?.message ?? "", worlds: 1, changed, stopped: 0 };
}

function caughtBy(fault: Fault, { audit, fork, verifierForks, bundles }: LogFindings): string[] {
  if (bundles.length > 0) throw new Error(`${fault.id}: bundles show it already: ${bundles.join(", ")}`);
  if (fault.needs === "log segment" || fault.needs === "two logs") return [...new Set(audit.map(({ kind }) => `audit.${kind}`))];
  if ((fork !== undefined) !== verifierForks) throw new Error(`${fault.id}: the readers of the two checkpoints disagree.`);
  return fork === undefined ? [] : [`checkpoints.${fork.kind}`];
}

async function readLog({ entries, checkpoints, consistency, other, bundles }: LogEvidence, verifiers: string, publicKey: string): Promise<LogFindings> {
  const opened = checkpoints.map((note) => openCheckpoint(note, KeyRing.parseVerifiers(verifiers)));
  const [older, newer] = [opened[0], opened.at(-1)];
  const hashes = consistency.map((hash) => fromHex(hash));
  const refused: string[] = [];
  for (const bundle of bundles) refused.push(...(await refusals(bundle, publicKey)).map(({ check }) => check));
  return {
    audit: [...auditLogSegment({ entries, checkpoints: opened.slice(-1) }), ...(other === undefined ? [] : compareInstances([{ origin: "a", entries }, { origin: "b", entries: other }], { boundMs: STALE_AFTER_MS }))],
    fork: older === undefined || newer === undefined || older === newer ? undefined : compareCheckpoints(older, newer, hashes),
    verifierForks: checkpoints.length > 1 && !(await verifierAgrees(checkpoints, hashes, publicKey)),
    bundles: refused,
  };
}

async function verifierAgrees(notes: readonly string[], proof: readonly Uint8Array[], publicKey: string): Promise<boolean> {
  const [older, newer] = await Promise.all([notes[0], notes.at(-1)].map((note) => verifyCheckpoint(note ?? "", publicKey)));
  if (older?.checkpoint === undefined || newer?.checkpoint === undefined) return false;
  const { size: size1, root: root1 } = older.checkpoint;
  const { size: size2, root: root2 } = newer.checkpoint;
  return verifyConsistency({ size1, size2, root1, root2, proof });
}
