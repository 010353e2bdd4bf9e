import { caioRoute, type RoutingDecision } from "@caio/orchestrator";
import { canonical, isObject, type Json, type JsonObject } from "@caio/verifier";

import { compareDecisions } from "../../differential/compare-decisions.ts";
import { referenceDecision } from "../../reference/master-equation.ts";
import type { ReferenceDecision, World } from "../../reference/world.ts";
import { objectOf } from "../bundle-writer.ts";
import type { Committed } from "./committed.ts";
import { worldOf, type CommittedWorld } from "./committed-world.ts";
import { featuresDiffer } from "./given-features.ts";
import { listOf } from "./tries.ts";

/**
 * What a certificate is of the inputs that it is linked to:
 * - `true`: router and reference decide these inputs alike, and the router's certificate is the same, byte for byte;
 * - `attested`: all is the same but the features and the control signal, which are the router's word, and what follows from them;
 * - `false`: these inputs give another decision, or none.
 */
export interface Redecision {
  readonly standing: "true" | "attested" | "false";
  /** Where the redecision differs, or why there is none. */
  readonly differences: readonly string[];
  /** What the parsers of normalised forms would not have let in. */
  readonly loose: readonly string[];
}

/** Decides changed inputs anew, by the router and by the reference, and holds a certificate against it. */
export function redecide(committed: Committed, before: World, certificate: Json): Redecision {
  let read: CommittedWorld | undefined;
  try {
    read = worldOf(committed, before);
    const claimed = objectOf(certificate);
    const reference = referenceDecision(read.world);
    const decision = routed(read);
    if (typeof decision === "string") {
      return { standing: referenceDiffers(reference, claimed) ? "false" : "true", differences: [decision], loose: [...read.loose, decision] };
    }
    const disagreement = compareDecisions(decision, reference);
    if (disagreement.length > 0) return { standing: "false", differences: [`router and reference disagree: ${disagreement[0] ?? ""}`], loose: read.loose };
    return { ...held(read, decision, claimed), loose: read.loose };
  } catch (error) {
    return { standing: "false", differences: [`not decided: ${error instanceof Error ? error.message.slice(0, 300) : ""}`], loose: read?.loose ?? [] };
  }
}

/** The router's decision, or why it makes none of inputs that its door would not let in. */
function routed({ world, inputs }: CommittedWorld): RoutingDecision | string {
  try {
    return caioRoute(world.request, inputs());
  } catch (error) {
    return `the router decides nothing: ${error instanceof Error ? error.message.slice(0, 200) : ""}`;
  }
}

/** Whether the reference alone says something else: verdicts, choice or code. */
function referenceDiffers(reference: ReferenceDecision, claimed: JsonObject): boolean {
  const verdicts = (list: readonly object[]): Json => list.map((verdict) => {
    const { service, model, step, clause, score } = JSON.parse(JSON.stringify(verdict)) as Record<string, Json>;
    return { service: service ?? null, model: model ?? null, step: step ?? null, clause: clause ?? null, score: score ?? null };
  });
  const outcome = objectOf(claimed["outcome"]);
  const { service = null, model = null, tie = null } = objectOf(outcome["selected"]);
  const said = reference.kind === "chosen" ? [reference.service, reference.model, reference.tie] : [reference.code];
  return canonical(verdicts(reference.verdicts)) !== canonical(verdicts(listOf(claimed["verdicts"]).map(objectOf)))
    || canonical(said) !== canonical(outcome["kind"] === "chosen" ? [service, model, tie] : [outcome["code"] ?? null]);
}

function held(read: CommittedWorld, decision: RoutingDecision, claimed: JsonObject): Omit<Redecision, "loose"> {
  const redecided = JSON.parse(JSON.stringify(decision.certificate)) as JsonObject;
  if (canonical(redecided) === canonical(claimed)) return { standing: "true", differences: [] };
  const differences = featuresDiffer(read, redecided, claimed);
  return { standing: differences.length === 0 ? "attested" : "false", differences: differences.length === 0 ? paths(redecided, claimed).slice(0, 8) : differences };
}

/** The places where two values differ. */
function paths(a: Json | undefined, b: Json | undefined, at = ""): string[] {
  if (canonical(a ?? null) === canonical(b ?? null)) return [];
  if (isObject(a) && isObject(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => paths(a[key], b[key], `${at}/${key}`));
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return (a as Json[]).flatMap((item, i) => paths(item, (b as Json[])[i], `${at}/${String(i)}`));
  return [at];
}
