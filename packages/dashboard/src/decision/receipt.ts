import { isObject, type Json, type JsonObject, type Report } from "@caio/verifier";

import type { Certificate, Contract, Policy } from "./receipt-shape.ts";

/** What the picture of a decision is drawn from: the parts of a bundle that the verifier has found in their exact form (docs/certificate.md §2). */
export interface Receipt {
  readonly certificate: Certificate;
  readonly contracts: readonly Contract[];
  /** The base policy first. */
  readonly policies: readonly Policy[];
  /** The values of the paths that are opened. */
  readonly disclosed: Readonly<Record<string, Json>>;
}

/** A plan's bundle: one receipt for each step, in the order of the steps (docs/certificate.md §11). */
export interface PlanReceipt {
  readonly planId: string;
  readonly steps: readonly Receipt[];
}

export type ReadReceipt = { readonly kind: "decision"; readonly receipt: Receipt } | { readonly kind: "plan"; readonly plan: PlanReceipt } | { readonly kind: "unreadable"; readonly why: string };

const PLAN = "urn:caio:plan:v1";

/**
 * The parts of a bundle. The report of the verifier is the door: nothing is read of a bundle of which a part has no exact form, so that
 * what stands in the certificate is what the types say.
 */
export function readReceipt(bundle: string, report: Report): ReadReceipt {
  const malformed = report.checks.find(({ name, verdict }) => verdict === "fail" && isForm(name));
  if (malformed !== undefined) return unreadable(`${malformed.name}: ${malformed.detail ?? "not in its exact form"}`);
  if (!report.knownVersion) return unreadable("It was made by a version of the decision function that is not known here.");
  const predicate = predicateOf(bundle);
  if (predicate === undefined) return unreadable("The file is no bundle.");
  return "steps" in predicate.body ? { kind: "plan", plan: planOf(predicate.body) } : { kind: "decision", receipt: receiptOf(predicate.body, predicate.body) };
}

/** Checks by which a part is read at all. */
function isForm(name: string): boolean {
  return /(^|\.)(readable|form|payload|canonical)$/.test(name);
}

function unreadable(why: string): ReadReceipt {
  return { kind: "unreadable", why };
}

function predicateOf(bundle: string): { readonly body: JsonObject } | undefined {
  const envelope = parsed(bundle);
  const payload = envelope?.["payload"];
  const statement = typeof payload === "string" ? parsed(textOf(payload)) : undefined;
  const body = statement?.["predicate"];
  if (!isObject(body)) return undefined;
  return statement?.["predicateType"] === PLAN && !("steps" in body) ? undefined : { body };
}

/** The verifier has read the same text by its own strict reader, in a worker; here it is only taken apart, which must not keep the page. */
function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(base64: string): string {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return new TextDecoder().decode(bytes);
}

/** A door: the verifier has held each part to its exact form. */
function receiptOf(own: JsonObject, shared: JsonObject): Receipt {
  const { certificate, disclosed } = own as unknown as { readonly certificate: Certificate; readonly disclosed: Readonly<Record<string, { readonly value: Json }>> };
  const { contracts, policies } = shared as unknown as Pick<Receipt, "contracts" | "policies">;
  return { certificate, contracts, policies, disclosed: Object.fromEntries(Object.entries(disclosed).map(([path, { value }]) => [path, value])) };
}

function planOf(body: JsonObject): PlanReceipt {
  const { certificate, steps } = body as unknown as { readonly certificate: { readonly decisionId: string }; readonly steps: readonly JsonObject[] };
  return { planId: certificate.decisionId, steps: steps.map((step) => receiptOf(step, body)) };
}
