import { limitsInForce } from "./calculus/limits.ts";
import { compiledRules, requestView, rulesInForce } from "./calculus/rules.ts";
import { once, type Pair, type Scene } from "./calculus/scene.ts";
import { checkCompleteness } from "./report/completeness.ts";
import { digestOf, readMaterial, type CertificateMaterial, type ReadMaterial } from "./report/material.ts";
import { checkOutcome } from "./report/outcome.ts";
import { Checks, messageOf, type Report } from "./report/report.ts";
import { checkVerdicts } from "./report/verdicts.ts";
import { same } from "./json/json.ts";
import type { Staleness } from "./shape/certificate-shape.ts";

/** Steps that the conditions of one verification may take. */
const MAX_WORK = 20_000_000;

/**
 * Checks that a decision follows from what its certificate commits to (certificate §3 … §9): completeness, every verdict,
 * every score, the choice, the promise. Signatures and the log are `verifyBundle`'s. Never throws.
 */
export function verifyCertificate(material: CertificateMaterial): Report {
  const checks = new Checks();
  checkCertificate(material, checks);
  return checks.report("decision");
}

/** The scene of a decision and the pairs that were judged, for what is built upon it. */
export interface Judged {
  readonly scene: Scene;
  readonly pairs: readonly Pair[];
}

/** A certificate that was gone through; not `judged` if its pairs could not be told. */
export interface CheckedMaterial extends ReadMaterial {
  readonly judged: Judged | undefined;
}

/** Adds the checks of a certificate; the certificate if it has the exact form. */
export function checkCertificate(material: CertificateMaterial, checks: Checks): CheckedMaterial | undefined {
  try {
    const read = readMaterial(material, checks);
    return read === undefined ? undefined : { ...read, judged: checkDecision(read, checks) };
  } catch (error) {
    checks.add("certificate.readable", messageOf(error));
    return undefined;
  }
}

function checkDecision(material: ReadMaterial, checks: Checks): Judged | undefined {
  const { certificate, request, policies } = material;
  const compiled = once(() => policies.map(compiledRules));
  checkPolicies(material, checks);
  checks.run("policy.rules", () => void compiled());
  checkStatements(material, checks);
  const pairs = checkCompleteness(material, checks);
  const [base, ...named] = policies;
  if (pairs === undefined || base === undefined) return undefined;
  /** The named policies are only known to be those of the request while the request says which. */
  const asked = <T>(compute: () => T) => once(() => {
    request.get("policies");
    return compute();
  });
  const limits = asked(() => limitsInForce(request, base, named));
  const ground = { certificate, request, base, limits, requestView: once(() => requestView({ request, limits })), work: { left: MAX_WORK } };
  const scene: Scene = { ...ground, rules: asked(() => rulesInForce(ground, compiled(), named.map(({ id }) => id))) };
  checkVerdicts(scene, pairs, checks);
  checkOutcome(scene, pairs, checks);
  checks.finish("decision");
  return { scene, pairs };
}

/** The policies are the base and those that the request names, and have the digests that the inputs state. */
function checkPolicies({ certificate, policies, request }: ReadMaterial, checks: Checks): void {
  const { base, named, digest } = certificate.inputs.policy;
  const [first, ...rest] = policies;
  const ids = rest.map(({ id }) => id);
  checks.equal("policy.digest", digest, () => digestOf({ base, named }));
  checks.equal("policy.base", base, () => digestOf(first));
  checks.run("policy.named", () => {
    const stray = rest.find((policy) => !Object.hasOwn(named, policy.id) || named[policy.id] !== digestOf(policy));
    if (stray !== undefined) return `the policy ${stray.id} is not the store's`;
    if (ids.some((id, at) => at > 0 && (ids[at - 1] ?? "") >= id)) return "the named policies are not in order";
    return same(ids, request.texts("policies")) ? undefined : "the policies are not those that the request names";
  });
}

/** What the certificate says of the request beside its verdicts. */
function checkStatements({ certificate, request }: ReadMaterial, checks: Checks): void {
  const { tenant, detected, lineage, fields, inputs } = certificate;
  checks.add("attested.identity", undefined, "attested");
  checks.add("attested.authentication", undefined, "attested");
  checks.add("attested.fields", fields.highEnergyMicros <= fields.energyMicros ? undefined : "a part of the field has more energy than the whole", "attested");
  if (inputs.registry.stale !== undefined) checks.note("staleness.registry", staleText("a registry that was", inputs.registry.stale), "attested");
  if (inputs.policy.stale !== undefined) checks.note("staleness.policy", staleText("policies that were", inputs.policy.stale), "attested");
  checks.equal("request.tenant", tenant, () => request.get("principal.tenant"));
  checks.run("request.labels", () => {
    const union = new Set([...request.texts("data.labels"), ...detected.map(({ label }) => label)]);
    return same(request.texts("labels"), [...union].sort()) ? undefined : "the labels are not those declared and detected";
  }, "attested");
  const names = (lineage?.excluded ?? []).map(({ service, model }) => `${service} ${model ?? ""}`);
  checks.add("lineage.order", names.every((name, at) => at === 0 || (names[at - 1] ?? "") < name) ? undefined : "the excluded pairs are not in order", "attested");
}

function staleText(what: string, { confirmedMsAgo, boundMs }: Staleness): string {
  return `decided on ${what} last confirmed to be the newest ${String(confirmedMsAgo / 1000)} s before; the bound is ${String(boundMs / 1000)} s`;
}
