import { canonicalJson, digest, type JsonObject, type JsonValue } from "@caio/core";
import { createPlanBundle, readPlanLog, type PlanBundleParts } from "@caio/orchestrator";
import { CheckpointSigner, InMemoryCheckpointStore, InMemoryTraceStore, openCheckpoint, openEnvelope, signEnvelope, STATEMENT_PAYLOAD_TYPE, TraceabilitySystem, type DecisionBody, type KeyRing, type PlanCertificate, type PlanStatement } from "@caio/traceability";

/** A plan's certificate with one change, logged and signed again by the operator, so that only semantics can refuse it. */
export interface PlanMutant {
  readonly path: string;
  readonly certificate: JsonObject;
}

/** Every value of a plan's certificate changed by itself, lists a member shorter, objects a member poorer. */
export function planMutants(certificate: PlanCertificate): readonly PlanMutant[] {
  const whole = JSON.parse(canonicalJson(certificate)) as JsonObject;
  return changesOf(whole, "").map(({ path, value }) => ({ path, certificate: value as JsonObject }));
}

interface Change {
  readonly path: string;
  readonly value: JsonValue;
}

function changesOf(value: JsonValue, path: string): readonly Change[] {
  if (typeof value === "number") return [value + 1, value - 1].map((changed) => ({ path, value: changed }));
  if (typeof value === "boolean") return [{ path, value: !value }];
  if (typeof value === "string") return [{ path, value: value === "" ? "a" : (value.startsWith("a") ? "b" : "a") + value.slice(1) }];
  if (value === null) return [{ path, value: 0 }];
  if (isList(value)) {
    const inside = value.flatMap((item, at) => changesOf(item, `${path}/${String(at)}`).map((change) => ({ path: change.path, value: value.map((each, place) => (place === at ? change.value : each)) })));
    return value.length === 0 ? inside : [...inside, { path: `${path}/-`, value: value.slice(0, -1) }];
  }
  return Object.entries(value).flatMap(([key, member]) => [
    ...changesOf(member, `${path}/${key}`).map((change) => ({ path: change.path, value: { ...value, [key]: change.value } })),
    { path: `${path}/${key}-`, value: Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) },
  ]);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The bundle of a mutant, as an operator would make it who wants it to pass. */
export async function mutantBundle(parts: PlanBundleParts, mutant: JsonObject, keys: KeyRing): Promise<string> {
  const { key } = keys.signer;
  const original = JSON.parse(Buffer.from(openEnvelope(JSON.parse(createPlanBundle(parts, key)) as Parameters<typeof openEnvelope>[0], STATEMENT_PAYLOAD_TYPE, [key.publicKey])).toString()) as PlanStatement;
  const certificate = mutant as unknown as PlanCertificate;
  const sealed = digest(mutant);
  const predicate = { ...original.predicate, certificate, log: await logAgain(parts, certificate, { sealed, keys }), timeCreated: timeOf(mutant["now"]) };
  const statement = { ...original, subject: [{ name: mutant["decisionId"] ?? "", digest: { sha256: sealed } }], predicate };
  return canonicalJson(signEnvelope(STATEMENT_PAYLOAD_TYPE, Buffer.from(canonicalJson(statement)), [key]));
}

async function logAgain({ decision, inputs }: PlanBundleParts, certificate: PlanCertificate, { sealed, keys }: { readonly sealed: string; readonly keys: KeyRing }): Promise<PlanStatement["predicate"]["log"]> {
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const { registry, policy, history } = inputs;
  const tenant = decision.certificate.tenant;
  await traces.appendVersion("registry", tenant, { version: registry.view.epoch, digest: registry.view.root });
  await traces.appendVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest });
  await traces.appendVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root });
  const steps = [];
  for (const step of decision.steps) steps.push((await traces.appendDecision(tenant, step.trace)).logIndex);
  const { logIndex } = await traces.appendDecision(textOr(certificate.tenant, tenant), bodyOf(certificate, sealed, decision.trace));
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(0);
  return await readPlanLog(traces, { planIndex: logIndex, stepIndices: steps, inputs: decision.certificate.inputs, checkpoint: { note, size: openCheckpoint(note, keys.verifiers).size } });
}

/** What the log says follows from the mutant as far as it has a form. */
function bodyOf(certificate: Partial<PlanCertificate>, sealed: string, original: DecisionBody): DecisionBody {
  const { decisionId, now, request, outcome, lineage, inputs } = certificate;
  const { registry, policy, history } = inputs ?? {};
  return {
    decisionId: typeof decisionId === "string" ? decisionId : original.decisionId,
    now: typeof now === "number" ? now : original.now,
    certificate: sealed,
    inputs: {
      registry: { version: registry?.epoch ?? 0, digest: registry?.root ?? "" },
      policy: { version: policy?.version ?? 0, digest: policy?.digest ?? "" },
      history: { version: history?.version ?? 0, digest: history?.root ?? "" },
    },
    requestDigest: request?.digest ?? "",
    outcome: outcome?.kind === "refused" ? outcome.code : "chosen",
    selected: null,
    parent: lineage?.parent ?? null,
  };
}

function textOr(value: unknown, other: string): string {
  return typeof value === "string" ? value : other;
}

function timeOf(now: JsonValue | undefined): string {
  return typeof now === "number" ? new Date(now).toISOString() : "";
}
