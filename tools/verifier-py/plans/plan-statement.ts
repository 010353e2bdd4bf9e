import { canonical, type Json, type JsonObject } from "@caio/verifier";

import { checkpoint, decisionBody, digest, hash, inclusion, objectOf, sealed, textOf, treeRoot, type Entry, type OperatorKey } from "../../verification/bundle-writer.ts";

/** A plan's predicate without what its operator writes last: the log, the time. */
export type PlanMaterial = JsonObject;

/** The statement in a bundle's envelope. */
export function statementIn(bundle: string): JsonObject {
  const { payload } = JSON.parse(bundle) as { readonly payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString()) as JsonObject;
}

/** The digests and ids of the steps' decisions in the plan's certificate, as they follow from those decisions. */
export function relinked(material: PlanMaterial): PlanMaterial {
  const certificate = objectOf(material["certificate"]);
  const said = listOf(certificate["steps"]);
  const steps = listOf(material["steps"]).map((step, at): Json => {
    const decision = objectOf(step)["certificate"] ?? null;
    return { ...objectOf(said[at]), decisionId: objectOf(decision)["decisionId"] ?? null, certificate: digest(decision) };
  });
  return { ...material, certificate: { ...certificate, steps } };
}

/** The statement of a plan whose log says all that follows from it: the three versions, the decisions of its steps, the plan. */
export function plannedStatement(material: PlanMaterial, key: OperatorKey): JsonObject {
  const certificate = objectOf(material["certificate"]);
  const now = Number(certificate["now"]);
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: certificate["decisionId"] ?? null, digest: { sha256: digest(certificate) } }],
    predicateType: "urn:caio:plan:v1",
    predicate: {
      ...material,
      timeCreated: Number.isInteger(now) && Math.abs(now) < 8e15 ? new Date(now).toISOString() : "",
      log: logOf(certificate, listOf(material["steps"]).map((step) => objectOf(objectOf(step)["certificate"])), key),
    },
  };
}

/** Signed again. */
export function resealed(statement: Json, key: OperatorKey): string {
  return sealed(statement, key);
}

function logOf(certificate: JsonObject, decisions: readonly JsonObject[], key: OperatorKey): JsonObject {
  const inputs = objectOf(certificate["inputs"]);
  const version = (kind: string, number: string, root: string): Entry => {
    const said = objectOf(inputs[kind]);
    return { kind, tenant: kind === "registry" ? textOf(certificate["tenant"]) : null, prev: null, body: { version: said[number] ?? null, digest: said[root] ?? null, parent: null } };
  };
  const decision = (of: JsonObject): Entry => ({ kind: "decision", tenant: textOf(of["tenant"]), prev: null, body: decisionBody(of) });
  const entries = [version("registry", "epoch", "root"), version("policy", "version", "digest"), version("history", "version", "root"), ...decisions.map(decision), decision(certificate)];
  const leaves = entries.map((entry) => hash(Buffer.concat([Buffer.of(0), Buffer.from(canonical({ ...entry }))])));
  const shown = entries.map((entry, index): Json => ({ index, entry: { ...entry }, proof: inclusion(index, leaves).map((node) => node.toString("hex")) }));
  const [registry = null, policy = null, history = null, ...decided] = shown;
  return {
    checkpoint: checkpoint(leaves.length, treeRoot(leaves), key),
    entries: { registry, policy, history, steps: decided.slice(0, -1), plan: decided.at(-1) ?? null },
  };
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

