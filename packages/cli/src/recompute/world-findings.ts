import { caioRoute, compareReplay, discloseValues, parseBundle, withheldPaths, type DecisionWorld, type RoutingDecision } from "@caio/orchestrator";
import { canonicalJson } from "@caio/core";
import { canonical, parseJson, verifyCertificate, type Json, type Report } from "@caio/verifier";

import { differenceText } from "../present/comparison.ts";
import { member, type BundleStated } from "./bundle-parts.ts";
import { deriveAgain, type DerivedAgain } from "./field-source.ts";
import { attested, proved, refuted, type Finding } from "./finding.ts";

const BY_WORLD = "by recomputation with the world file";
const OPENED = "with every path of the request opened from the world file";
const WHOLE = "recomputation.certificate";
const FIELD_IS_WORD = "recomputed, but from a field that MAIA or another encoder gave";

/** A bundle with the world file that is said to be its own. */
export interface WorldQuestion {
  readonly bundle: Uint8Array;
  readonly stated: BundleStated;
  readonly report: Report;
}

/**
 * Makes the decision again from its world, and says of every check that the bundle leaves attested whether it is so.
 *
 * @throws CaioError as `caioRoute`
 */
export async function worldFindings(world: DecisionWorld, { bundle, stated, report }: WorldQuestion): Promise<readonly Finding[]> {
  const decision = caioRoute(world.request, world.inputs);
  const comparison = compareReplay(parseBundle(Buffer.from(bundle).toString("utf8")), decision);
  if (comparison.kind === "other_version") return [attested(WHOLE, `made by ${comparison.made.slice(0, 40)}, which cannot be recomputed here`)];
  const derived = await deriveAgain(world.request);
  const parts = partFindings(stated, decision, { report, derived });
  if (comparison.kind === "identical") {
    return [proved(WHOLE, `byte for byte ${BY_WORLD}`), ...openedFindings(world, { bundle, stated, report }), ...parts, ...labelFindings(derived)];
  }
  return [refuted(WHOLE, differenceText(comparison)), ...parts];
}

interface PartContext {
  readonly report: Report;
  readonly derived: DerivedAgain;
}

/** Each attested part of the certificate against the same part made again. */
function partFindings({ certificate }: BundleStated, decision: RoutingDecision, { report, derived }: PartContext): readonly Finding[] {
  const again = parseJson(canonicalJson(decision.certificate));
  const rests = (check: string): Finding => (derived.fields ? proved(check, BY_WORLD) : attested(check, FIELD_IS_WORD));
  const compare = (check: string, holds: (check: string) => Finding, ...paths: readonly (readonly string[])[]): Finding => {
    const problem = firstOf(paths.map((path) => difference(path.join("."), member(certificate, ...path), member(again, ...path))));
    return problem === undefined ? holds(check) : refuted(check, problem);
  };
  return [
    compare("attested.identity", (check) => proved(check, BY_WORLD), ["decisionId"], ["seed"], ["testKey"]),
    compare("attested.fields", rests, ["encoderId"], ["fields"]),
    ...featureFindings(certificate, again, { report, rests }),
    ...(has(report, "control.signal") ? [compare("control.signal", rests, ["outcome", "control"])] : []),
  ];
}

interface FeatureContext {
  readonly report: Report;
  readonly rests: (check: string) => Finding;
}

/** The features of every admitted pair, which the certificate has among its verdicts. */
function featureFindings(certificate: Json, again: Json, { report, rests }: FeatureContext): readonly Finding[] {
  const redone = new Map(verdictsOf(again).map((verdict) => [nameOf(verdict), verdict]));
  return verdictsOf(certificate).flatMap((verdict): readonly Finding[] => {
    const check = `features.${nameOf(verdict)}`;
    if (!has(report, check)) return [];
    const other = redone.get(nameOf(verdict));
    const problem = firstOf(["intent", "attention", "rl", "resonance"].map((term) => difference(term, member(verdict, "terms", term), member(other, "terms", term))));
    return [problem === undefined ? rests(check) : refuted(check, problem)];
  });
}

/** What the verifier itself says once no path is withheld: the values open the commitments, since the certificate is the same. */
function openedFindings({ request }: DecisionWorld, { stated, report }: WorldQuestion): readonly Finding[] {
  const { certificate, predicate } = stated;
  const [contracts, encodings, policies] = [member(predicate, "contracts"), member(predicate, "encodings"), member(predicate, "policies")];
  const disclosed = parseJson(canonicalJson(discloseValues(request, { more: withheldPaths })));
  const opened = new Map(verifyCertificate({ certificate, contracts, encodings, policies, disclosed }).checks.map((check) => [check.name, check]));
  return report.checks.flatMap(({ name, standing }): readonly Finding[] => {
    const better = opened.get(name);
    if (standing === "proved" || better?.verdict !== "pass" || better.standing !== "proved") return [];
    return [proved(name, OPENED)];
  });
}

function labelFindings({ labels }: DerivedAgain): readonly Finding[] {
  return [labels ? proved("request.labels", BY_WORLD) : attested("request.labels", "the detectors here find other labels than the router's did")];
}

function verdictsOf(certificate: Json): readonly Json[] {
  const verdicts = member(certificate, "verdicts");
  return Array.isArray(verdicts) ? (verdicts as readonly Json[]) : [];
}

/** As the verifier names a pair. */
function nameOf(verdict: Json): string {
  const [service, model] = [member(verdict, "service"), member(verdict, "model")].map((part) => (typeof part === "string" ? part : ""));
  return model === "" ? (service ?? "") : `${service ?? ""}/${model ?? ""}`;
}

function has({ checks }: Report, check: string): boolean {
  return checks.some(({ name }) => name === check);
}

function difference(what: string, made: Json, again: Json): string | undefined {
  const [one, other] = [canonical(made), canonical(again)];
  return one === other ? undefined : `${what} is ${one.slice(0, 80)}, recomputed ${other.slice(0, 80)}`;
}

function firstOf(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}
