import { fromHex, toHex, utf8 } from "../bytes/bytes.ts";
import { sha256 } from "../bytes/sha256.ts";
import { nameOf, Withheld } from "../calculus/scene.ts";
import { canonical, isObject, same, type Json, type JsonObject } from "../json/json.ts";
import { checkCheckpoint, type Keys } from "../log/check-checkpoint.ts";
import { checkVersions, decidingOf, decisionProblem, inclusionProblem } from "../log/logged.ts";
import { digestOf } from "../report/material.ts";
import { Checks } from "../report/report.ts";
import type { Admitted } from "../shape/certificate-shape.ts";
import type { Shaped } from "../shape/shape.ts";
import type { Policy } from "../shape/wire-shapes.ts";
import { checkCertificate, type CheckedMaterial } from "../verify-certificate.ts";
import { offerOf } from "./plan-offers.ts";
import { checkPlanOutcome } from "./plan-outcome.ts";
import { planCertificateShape, planLogShape, planPaths, planStatementShape, type NamedPlan, type PlanCertificate, type PlanLimits, type PlanPaths, type PlanTree } from "./plan-shape.ts";

export const PLAN_PREDICATE = "urn:caio:plan:v1";
const PICO = 10n ** 12n;

type Predicate = Shaped<typeof planStatementShape>["predicate"];
type PlanEntries = Shaped<typeof planLogShape>["entries"];

/** Adds the checks of a plan's statement: every step's decision as a bundle of its own would be checked, then what the plan makes of them. */
export async function checkPlanStatement(value: JsonObject, keys: Keys, checks: Checks): Promise<void> {
  const statement = checks.read("statement.form", planStatementShape, value);
  if (statement === undefined) return;
  const { predicate, subject } = statement;
  const digest = digestOf(predicate.certificate);
  checks.equal("statement.subject", subject[0]?.digest.sha256, () => digest);
  const read = readPlan(predicate.certificate, checks);
  const steps = checkSteps(predicate, read, checks);
  if (read === undefined) {
    await checkPlanLog(predicate.log, undefined, keys, checks);
    return;
  }
  checks.equal("statement.name", subject[0]?.name, () => read.decisionId);
  checks.equal("statement.time", predicate.timeCreated, () => new Date(read.now).toISOString());
  if (steps !== undefined) checkPlan(read, predicate, steps, checks);
  await checkPlanLog(predicate.log, { digest, certificate: read, steps: steps ?? [] }, keys, checks);
}

function readPlan(value: Json, checks: Checks): PlanCertificate | undefined {
  const stated = isObject(value) ? value["decisionVersion"] : undefined;
  checks.decisionVersion = typeof stated === "string" ? stated : null;
  checks.knownVersion = typeof stated !== "string" || stated === "caio-plan/1";
  if (checks.knownVersion) return checks.read("plan.form", planCertificateShape, value);
  checks.withhold("plan.version", `plans of version ${JSON.stringify(stated).slice(0, 80)} are unknown to this verifier, which knows caio-plan/1`);
  return undefined;
}

/** Each step's decision with the contracts and policies that it rests on; undefined if one could not be gone through. */
function checkSteps({ steps, contracts, encodings, policies }: Predicate, plan: PlanCertificate | undefined, checks: Checks): readonly CheckedMaterial[] | undefined {
  const used = new Set<Json>();
  const usedPolicies = new Set<Json>(policies.slice(0, 1));
  const read = steps.map(({ certificate, disclosed }, at) => {
    const services = servicesOf(certificate);
    const own = (list: readonly Json[], key: string): Json[] => list.filter((item) => isObject(item) && services.has(item[key]));
    const named = namedPolicies(disclosed);
    const parts = { certificate, disclosed, contracts: own(contracts, "service_id"), encodings: own(encodings, "service"), policies: policies.filter((policy, place) => place === 0 || (isObject(policy) && named.has(policy["id"]))) };
    for (const part of [...parts.contracts, ...parts.encodings]) used.add(part);
    for (const policy of parts.policies) usedPolicies.add(policy);
    const inner = new Checks();
    const material = checkCertificate(parts, inner);
    const complete = checks.appendPart(`step.${String(at)}`, inner);
    if (inner.knownVersion && !complete) checks.add(`step.${String(at)}.complete`, "the decision of the step could not be checked to its end");
    return complete && material?.judged !== undefined ? material : undefined;
  });
  const idle = used.size < contracts.length + encodings.length || usedPolicies.size < policies.length;
  checks.add("plan.parts", idle ? "the bundle holds a contract, an encoding or a policy that no step rests on" : undefined);
  const all = read.filter((each) => each !== undefined);
  if (plan !== undefined && steps.length !== plan.steps.length) checks.add("plan.steps", "the decisions are not those of the plan's steps");
  return all.length === steps.length && steps.length === plan?.steps.length ? all : undefined;
}

function servicesOf(certificate: Json): ReadonlySet<unknown> {
  const verdicts = isObject(certificate) ? certificate["verdicts"] : undefined;
  return new Set(Array.isArray(verdicts) ? verdicts.flatMap((verdict: Json) => (isObject(verdict) ? [verdict["service"]] : [])) : []);
}

function namedPolicies(disclosed: Json): ReadonlySet<unknown> {
  const opened = isObject(disclosed) && isObject(disclosed["policies"]) ? disclosed["policies"]["value"] : undefined;
  return new Set(Array.isArray(opened) ? opened : []);
}

function checkPlan(plan: PlanCertificate, predicate: Predicate, steps: readonly CheckedMaterial[], checks: Checks): void {
  checkRequest(plan, predicate, steps[0]?.policies[0], checks);
  for (const [at, { certificate }] of steps.entries()) checkStep(plan, at, certificate, checks);
  for (const [at, step] of steps.entries()) checkOffers(plan, at, step, checks);
  const refused = steps.findIndex(({ certificate }) => certificate.outcome.kind === "refused");
  if (refused !== -1) checkStepRefusal(plan, refused, steps[refused], checks);
  else {
    checks.add("plan.step", plan.outcome.kind === "refused" && plan.outcome.step !== null ? "no step's decision is a refusal" : undefined);
    const ties = plan.steps.map(({ offers }, at) => offers.map(({ service, model }) => {
      const { seed, request } = steps[at]?.certificate ?? {};
      return digestOf(["caio-tie-v1", seed, request?.digest, service, model]);
    }));
    checkPlanOutcome(plan, ties, checks);
  }
  checks.finish("decision");
}

function checkStepRefusal({ outcome }: PlanCertificate, refused: number, step: CheckedMaterial | undefined, checks: Checks): void {
  const code = step?.certificate.outcome.kind === "refused" ? step.certificate.outcome.code : "";
  checks.equal("plan.step", outcome, () => ({ kind: "refused", code, claim: "impossible", step: refused, broken: [], proof: null }));
}

/** The step's decision is the one that the plan names, made as of the same moment on the same inputs, with the plan as its parent. */
function checkStep(plan: PlanCertificate, at: number, certificate: CheckedMaterial["certificate"], checks: Checks): void {
  const { decisionId, certificate: digest } = plan.steps[at] ?? {};
  const name = `plan.step.${String(at)}`;
  checks.equal(`${name}.digest`, digest, () => digestOf(certificate));
  checks.equal(`${name}.id`, decisionId, () => certificate.decisionId);
  checks.run(`${name}.moment`, () => {
    if (certificate.now !== plan.now || certificate.tenant !== plan.tenant || certificate.testKey !== plan.testKey) return "it was decided at another time, for another tenant, or with another kind of key";
    if (!same(certificate.inputs, plan.inputs)) return "it was decided on other versions";
    return certificate.lineage?.parent === plan.decisionId ? undefined : "its parent is not the plan";
  });
}

/** What each admitted pair brings, recomputed. */
function checkOffers(plan: PlanCertificate, at: number, { certificate, judged }: CheckedMaterial, checks: Checks): void {
  const offers = plan.steps[at]?.offers ?? [];
  const name = `plan.offers.${String(at)}`;
  if (judged === undefined) return;
  const admitted = judged.pairs.flatMap((pair, place) => {
    const verdict = certificate.verdicts[place];
    return verdict !== undefined && "terms" in verdict ? [{ pair, verdict }] : [];
  });
  const fits = offers.length === admitted.length && admitted.every(({ verdict }, place) => isOf(verdict, offers[place]));
  checks.add(name, fits ? undefined : "the offers are not those of the pairs that the step's decision admits, with their scores");
  if (!fits) return;
  for (const [place, { pair }] of admitted.entries()) {
    const { costMicros, bounds, availabilityMicros, accuracyMicros } = offers[place] ?? {};
    checks.members(`${name}.${nameOf(pair)}`, { costMicros, bounds, availabilityMicros, accuracyMicros }, offerOf(judged.scene, pair));
  }
}

function isOf({ service, model, score }: Admitted, offer: PlanCertificate["steps"][number]["offers"][number] | undefined): boolean {
  return offer?.service === service && offer.model === model && offer.score === score;
}

/** The tree and the limits are those that the caller asked for (certificate §11). */
function checkRequest(plan: PlanCertificate, { disclosed }: Predicate, base: Policy | undefined, checks: Checks): void {
  const { request, tree, limits } = plan;
  checks.equal("plan.request.digest", request.digest, () => digestOf(request.paths));
  const values = Object.fromEntries(Object.entries(disclosed).map(([path, { value }]) => [path, value]));
  const form = planPaths(values);
  const closed = Object.entries(disclosed).find(([path, { salt, value }]) => !Object.hasOwn(request.paths, path) || commitmentOf(salt, value) !== request.paths[path as keyof PlanPaths]);
  checks.add("plan.disclosed", form ?? (closed === undefined ? undefined : `${closed[0]} does not open its commitment`));
  if (form !== undefined) return;
  const opened = values as PlanPaths;
  checks.run("plan.tree", () => {
    const named = opened.plan ?? withheld("plan");
    return same(tree, placed(named)) ? undefined : "the tree is not that of the plan";
  });
  checks.members("plan.limits", limits, limitsOf(opened, base));
}

function withheld(path: string): never {
  throw new Withheld(path);
}

function commitmentOf(salt: string, value: Json): string {
  return toHex(sha256(Uint8Array.of(4), fromHex(salt) ?? Uint8Array.of(), utf8(canonical(value))));
}

/** The places of the steps in the order in which their names stand; a name twice has the place of the first. */
function placed(plan: NamedPlan): PlanTree {
  const names = namesOf(plan);
  const place = (part: NamedPlan): PlanTree => (typeof part === "string" ? names.indexOf(part) : "seq" in part ? { seq: part.seq.map(place) } : { par: part.par.map(place) });
  return place(plan);
}

function namesOf(plan: NamedPlan): readonly string[] {
  return typeof plan === "string" ? [plan] : ("seq" in plan ? plan.seq : plan.par).flatMap(namesOf);
}

function limitsOf({ limits, guarantees }: PlanPaths, base: Policy | undefined): Readonly<Record<keyof PlanLimits, () => unknown>> {
  const said = (): NonNullable<PlanPaths["limits"]> => limits ?? withheld("limits");
  const demanded = (): NonNullable<PlanPaths["guarantees"]> => guarantees ?? withheld("guarantees");
  return {
    budgetMicros: () => {
      const { budget_micros: amount, currency } = said();
      if (amount === undefined) return null;
      const rate = currency === undefined || currency === base?.currency ? PICO : base?.rates[currency];
      if (rate === undefined) throw new RangeError(`the budget is in ${currency ?? ""}, for which the policy has no rate`);
      const converted = (BigInt(amount) * BigInt(rate)) / PICO;
      return Number(converted > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : converted);
    },
    latencyUs: () => said().latency_us ?? null,
    coveragePpm: () => said().latency_coverage_ppm ?? 950_000,
    availabilityMicros: () => demanded().availability_micros ?? null,
    accuracyMicros: () => demanded().accuracy_micros ?? null,
  };
}

interface LoggedPlan {
  readonly digest: string;
  readonly certificate: PlanCertificate;
  readonly steps: readonly CheckedMaterial[];
}

/** Of a plan that could not be read: that the log's checkpoint and inclusions hold (certificate §10). */
async function checkPlanLog(value: Json, logged: LoggedPlan | undefined, keys: Keys, checks: Checks): Promise<void> {
  const log = checks.read("log.form", planLogShape, value);
  if (log === undefined) return;
  const checkpoint = await checkCheckpoint(log.checkpoint, keys, checks);
  const { plan, steps: decisions, ...versions } = log.entries;
  const entries = [["plan", plan], ...decisions.map((entry, at) => [`step.${String(at)}`, entry] as const), ...Object.entries(versions)] as const;
  for (const [kind, entry] of entries) if (entry !== null) checks.run(`log.inclusion.${kind}`, () => inclusionProblem(entry, checkpoint));
  if (logged !== undefined) checkPlanEntries(log.entries, logged, checks);
}

function checkPlanEntries({ plan, steps: decisions, ...versions }: PlanEntries, { digest, certificate, steps }: LoggedPlan, checks: Checks): void {
  checks.add("log.steps", decisions.length === certificate.steps.length ? undefined : "the log does not hold a decision for each step");
  if (plan === null) {
    checks.add("log.plan", "the plan is not in the log");
    return;
  }
  const { outcome, lineage } = certificate;
  const deciding = { ...certificate, parent: lineage?.parent ?? null, outcome: outcome.kind === "chosen" ? "chosen" : outcome.code, selected: null };
  checks.run("log.plan", () => decisionProblem(plan.entry, digest, deciding));
  for (const [at, { certificate: step }] of steps.entries()) {
    checks.run(`log.step.${String(at)}`, () => {
      const logged = decisions[at] ?? null;
      if (logged === null) return "the step's decision is not in the log";
      return logged.index >= plan.index ? "the step was logged after the plan" : decisionProblem(logged.entry, digestOf(step), decidingOf(step));
    });
  }
  const first = Math.min(plan.index, ...decisions.map((entry) => entry?.index ?? plan.index));
  checkVersions(certificate, versions, first, checks);
  checks.finish("log");
}
