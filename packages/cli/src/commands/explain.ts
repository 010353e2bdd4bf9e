import { CaioError } from "@caio/core";
import { alternativeLines, caioRoute, compareReplay, explainDecision, explainStatement, fromWorldFile, nearestCounterfactual, type DecisionWorld } from "@caio/orchestrator";
import { PLAN_PREDICATE_TYPE, type PlanCertificate } from "@caio/traceability";
import { isObject, parseJson } from "@caio/verifier";

import { checkedStatement, InvalidBundle } from "../bundle/checked-statement.ts";
import { readBundleBytes, readPublicKeys } from "../bundle/read-bundle-file.ts";
import { readWorldText } from "../bundle/read-world-file.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { readWorld, type DecisionFiles } from "../load/decide.ts";
import { bundleAlternativeLines } from "../present/bundle-explanation.ts";
import { explanationText } from "../present/decision.ts";
import { styleOf } from "../present/style.ts";
import { planText } from "../present/plan.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { reportText } from "../present/report.ts";
import type { CommandContext, JsonOption, RunCommand } from "./command-context.ts";
import { decisionCode, doorValues, showNotes, type DecisionOptions } from "./decision-options.ts";

/** A request with what a decision is made from, or a bundle with what helps to explain it. */
export interface ExplainOptions extends JsonOption, Partial<DecisionFiles>, Pick<DecisionOptions, "now" | "testKey"> {
  /** The request or the bundle. */
  readonly file: string;
  /** Of a bundle: the public key. */
  readonly key?: string | undefined;
  /** Of a bundle: its world. */
  readonly world?: string | undefined;
}

/** `caio explain FILE`: why this one, why not each other one, and what would have changed the choice. */
export const explain: RunCommand<ExplainOptions> = async (options, context) => {
  const bytes = await bundleBytes(options.file);
  if (bytes === undefined) return await explainRequest(options, context);
  return await reportInvalid(() => explainBundle(bytes, options, context), options, context);
};

/** Shows a bundle, or what is wrong with it where it does not verify. */
export async function reportInvalid(show: () => Promise<ExitCode>, { json }: JsonOption, { terminal }: CommandContext): Promise<ExitCode> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof InvalidBundle)) throw error;
    terminal.write(json === true ? prettyJson(error.report) : reportText(error.report, styleOf(terminal), false));
    return exitCodes.problems;
  }
}

/** The bytes of a bundle; undefined for a document of another kind, which its own reader judges. */
async function bundleBytes(file: string): Promise<Uint8Array | undefined> {
  const bytes = await readBundleBytes(file);
  try {
    const value = parseJson(Buffer.from(bytes).toString("utf8"));
    return isObject(value) && "payloadType" in value ? bytes : undefined;
  } catch {
    return undefined;
  }
}

async function explainRequest(options: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  const { file, contracts, policy, json } = options;
  if (contracts === undefined || policy === undefined) {
    throw new CaioError("InvalidRequest", `${file}: found no bundle; a request needs --contracts DIR and --policy FILE.`, { details: { file } });
  }
  const values = doorValues(options, context);
  const world = await readWorld({ ...options, request: file, contracts, policy }, values, context.environment);
  const code = explainWorld(world, json === true, context);
  showNotes([], values, json === true, context.terminal);
  return code;
}

/** With everything that the decision was made from, what would have changed it is exact. */
function explainWorld({ request, inputs }: DecisionWorld, json: boolean, { terminal }: CommandContext): ExitCode {
  const decision = caioRoute(request, inputs);
  const counterfactuals = nearestCounterfactual(request, inputs);
  terminal.write(json ? prettyJson({ ...explainDecision(decision), counterfactuals }) : explanationText(decision, styleOf(terminal), alternativeLines(counterfactuals, decision)));
  return decisionCode(decision);
}

async function explainBundle(bytes: Uint8Array, { key, ...options }: ExplainOptions, context: CommandContext): Promise<ExitCode> {
  return await showBundle(bytes, { ...options, publicKey: key === undefined ? undefined : await readPublicKeys(key) }, context);
}

/** What shows a bundle: who must have signed it, and its world, if that is there. */
export interface ShownBundle extends JsonOption {
  readonly file: string;
  readonly publicKey: Uint8Array | readonly Uint8Array[] | undefined;
  readonly world?: string | undefined;
}

/** The decision of a bundle in words. @throws InvalidBundle; CaioError for a version that is not known */
export async function showBundle(bytes: Uint8Array, options: ShownBundle, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const { publicKey, json } = options;
  const { statement } = await checkedStatement(bytes, publicKey);
  if (statement.predicateType === PLAN_PREDICATE_TYPE) return explainPlan(statement.predicate.certificate, options, context);
  const note = publicKey === undefined ? "Every check but that of the signature holds: --key FILE.pub shows who signed it.\n" : "";
  if (options.world !== undefined) {
    const world = await worldOf(options.world, statement.predicate.certificate);
    const code = explainWorld(world, json === true, context);
    terminal.writeError(note);
    return code;
  }
  const explanation = explainStatement(statement.predicate);
  const { decision, weightFlips, obstacles, unreadPolicies } = explanation;
  const value = { ...explainDecision(decision), weightFlips, obstacles: obstacles ?? null, unreadPolicies };
  terminal.write(json === true ? prettyJson(value) : explanationText(decision, styleOf(terminal), bundleAlternativeLines(explanation)));
  terminal.writeError(note);
  return decisionCode(decision);
}

/** Of a plan: the pairs chosen and what they promise together; each step's decision is in the bundle. */
function explainPlan(certificate: PlanCertificate, { json, world, file }: ShownBundle, { terminal }: CommandContext): ExitCode {
  if (world !== undefined) throw new CaioError("InvalidRequest", `${file}: found the bundle of a plan, which has no world. Leave --world out.`, { details: { file } });
  terminal.write(json === true ? prettyJson(certificate) : planText(certificate, styleOf(terminal)));
  return certificate.outcome.kind === "chosen" ? exitCodes.ok : exitCodes.refused;
}

/** @throws CaioError `InvalidRequest` if the world is not that of the certificate */
async function worldOf(file: string, certificate: Parameters<typeof compareReplay>[0]): Promise<DecisionWorld> {
  const world = fromWorldFile(await readWorldText(file));
  const comparison = compareReplay(certificate, caioRoute(world.request, world.inputs));
  if (comparison.kind === "identical") return world;
  const at = comparison.kind === "different" ? `the first difference is at ${comparison.path}` : "its decision function has another version";
  throw new CaioError("InvalidRequest", `${file}: found the world of another decision (${at}), expected that of the bundle.`, { details: { file } });
}
