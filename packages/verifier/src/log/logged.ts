import { utf8 } from "../bytes/bytes.ts";
import { canonical, isObject, same } from "../json/json.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { leafHash, proofHashes, verifyInclusion } from "./merkle.ts";
import type { Checks } from "../report/report.ts";
import type { Certificate, LogPart } from "../shape/certificate-shape.ts";

/** An entry of the log with its place and proof (certificate §7). */
export type Logged = NonNullable<LogPart["entries"]["decision"]>;

/** What the entry of a decision or a plan has to say. */
export interface Deciding extends Pick<Certificate, "decisionId" | "now" | "tenant" | "inputs" | "request"> {
  readonly parent: string | null;
  readonly outcome: string;
  readonly selected: { readonly service: string; readonly model: string | null } | null;
}

export function inclusionProblem({ index, entry, proof }: Logged, checkpoint: Checkpoint | undefined): string | undefined {
  const hashes = proofHashes(proof);
  if (checkpoint === undefined || hashes === undefined) return "there is no checkpoint, or the proof is no list of hashes";
  const { size, root } = checkpoint;
  const holds = verifyInclusion({ index, size, leafHash: leafHash(utf8(canonical(entry))), proof: hashes, root });
  return holds ? undefined : `entry ${String(index)} is not in the log`;
}

/** What a decision's certificate has the log say. */
export function decidingOf({ decisionId, now, tenant, inputs, request, outcome, lineage }: Certificate): Deciding {
  const chosen = outcome.kind === "chosen";
  return {
    ...{ decisionId, now, tenant, inputs, request, parent: lineage?.parent ?? null },
    outcome: chosen ? "chosen" : outcome.code,
    selected: chosen ? { service: outcome.selected.service, model: outcome.selected.model } : null,
  };
}

export function decisionProblem({ kind, tenant, body }: Logged["entry"], digest: string, deciding: Deciding): string | undefined {
  const { decisionId, now, inputs, request, outcome, selected, parent } = deciding;
  const { registry, policy, history } = inputs;
  const expected = {
    decisionId, now, certificate: digest, requestDigest: request.digest, parent, outcome, selected,
    inputs: {
      registry: { version: registry.epoch, digest: registry.root, ...(registry.stale && { stale: registry.stale }) },
      policy: { version: policy.version, digest: policy.digest, ...(policy.stale && { stale: policy.stale }) },
      history: { version: history.version, digest: history.root },
    },
  };
  if (kind !== "decision" || tenant !== deciding.tenant) return "the entry is no decision of this tenant";
  return same(body, expected) ? undefined : "the entry does not say what the certificate says";
}

/** The versions that a decision names, each with its entry if there is one. */
function versionsOf({ inputs, tenant }: Pick<Certificate, "inputs" | "tenant">, { registry, policy, history }: Omit<LogPart["entries"], "decision">) {
  return [
    { kind: "registry", logged: registry, index: inputs.registry.logIndex, tenant, version: inputs.registry.epoch, digest: inputs.registry.root },
    { kind: "policy", logged: policy, index: inputs.policy.logIndex, tenant: null, version: inputs.policy.version, digest: inputs.policy.digest },
    { kind: "history", logged: history, index: inputs.history.logIndex, tenant: null, version: inputs.history.version, digest: inputs.history.root },
  ] as const;
}

type Version = ReturnType<typeof versionsOf>[number];

function versionProblem({ logged, index, kind, tenant, version, digest }: Version, before: number): string | undefined {
  if (logged?.index !== index) return "the entry is not at the index that the certificate names";
  if (index >= before) return "the version was logged after the decision";
  const { entry } = logged;
  if (entry.kind !== kind || entry.tenant !== tenant) return `the entry is no version of the ${kind}`;
  const parent = isObject(entry.body) ? (entry.body["parent"] ?? null) : null;
  if (parent !== null && !(typeof parent === "string" && /^[0-9a-f]{64}$/.test(parent))) return "the parent is no digest";
  return same(entry.body, { version, digest, parent }) ? undefined : "the entry is of another version";
}

/** Adds a check for each version that a decision names. */
export function checkVersions(certificate: Pick<Certificate, "inputs" | "tenant">, entries: Omit<LogPart["entries"], "decision">, before: number, checks: Checks): void {
  for (const version of versionsOf(certificate, entries)) {
    const { kind, logged, index } = version;
    if (logged === null && index === null) checks.withhold(`log.${kind}`, "not logged");
    else checks.run(`log.${kind}`, () => versionProblem(version, before));
  }
}
