import { CaioError, isCaioError, parseDecimal } from "@caio/core";
import { weightNames } from "@caio/orchestrator";
import { parsePolicySet } from "@caio/rules";

import { exitCodes } from "../exit-code.ts";
import { readDocuments } from "../load/decide.ts";
import { openCommandEncoder } from "../load/open-encoder.ts";
import { readOutcomes } from "../load/outcomes.ts";
import { readText } from "../load/read-text.ts";
import { writeFileWhole } from "../load/write-file.ts";
import { showFailure } from "../present/failure.ts";
import { frontPicture } from "../present/front-picture.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { policyFragment, tuningText } from "../present/tuning.ts";
import { logSource } from "../tune/log-source.ts";
import { tableSource } from "../tune/table-source.ts";
import { tuneWeights } from "../tune/tune-weights.ts";
import type { TuningSource } from "../tune/tuning-source.ts";
import { openPast } from "../whatif/open-past.ts";
import { OUTCOME } from "../whatif/reward.ts";
import type { CommandContext, RunCommand } from "./command-context.ts";
import { spanOf, type PastOptions } from "./whatif.ts";

export interface TuneOptions extends PastOptions {
  /** File of the policy that tuning begins with. */
  readonly policy?: string | undefined;
  /** A table of labelled outcomes: `.csv`, or JSON as LLMRouter publishes it. Absent: the log of a store. */
  readonly outcomes?: string | undefined;
  /** Prices of its models. */
  readonly models?: string | undefined;
  /** What its prompts are decided by. */
  readonly contracts?: string | undefined;
  readonly request?: string | undefined;
  readonly principal?: string | undefined;
  readonly history?: string | undefined;
  /** As of `DecisionFiles`. */
  readonly encoder?: string | undefined;
  /** Money per point of quality. */
  readonly trade: string;
  readonly seed?: number | undefined;
  readonly tries?: number | undefined;
  /** Names of the weights that may change; default: all. */
  readonly vary?: readonly string[] | undefined;
  /** New file for the weights, as a piece of a policy. */
  readonly out?: string | undefined;
  /** New file for the picture. */
  readonly svg?: string | undefined;
}

const TRIES = 400;
const MOST_TRIES = 100_000;

/**
 * `caio tune`: weights that are worth most at a stated trade of money for quality, judged on decisions that they were not tuned on.
 *
 * @throws CaioError for options, a store or a policy that cannot be used
 */
export const tune: RunCommand<TuneOptions> = async (options, context) => {
  const { seed = 1, json = false, out, svg } = options;
  const terms = { tradeMicros: tradeOf(options.trade), seed, tries: triesOf(options.tries ?? TRIES), vary: placesOf(options.vary) };
  const { terminal } = context;
  try {
    const source = options.outcomes === undefined ? await fromLog(options, context) : await fromTable(options.outcomes, options, seed, context);
    const report = tuneWeights(source, terms);
    terminal.write(json ? prettyJson(report) : tuningText(report, styleOf(terminal)));
    if (out !== undefined) await writeFileWhole(out, policyFragment(report));
    if (svg !== undefined) await writeFileWhole(svg, frontPicture(report));
    return exitCodes.ok;
  } catch (error) {
    if (!isCaioError(error, "NoOverlap")) throw error;
    showFailure(error, terminal, json);
    return exitCodes.refused;
  }
};

async function fromLog(options: TuneOptions, context: CommandContext): Promise<TuningSource> {
  const { reward = OUTCOME, policy: file } = options;
  const policy = file === undefined ? undefined : parsePolicySet(await readText(file, "InvalidPolicy"), { file });
  const { past, policies } = await openPast(options, spanOf(options, context.door.now()), context);
  return logSource({ past, policies, policy, reward });
}

async function fromTable(outcomes: string, options: TuneOptions, seed: number, { door, environment }: CommandContext): Promise<TuningSource> {
  const { models, contracts, request, principal, history, policy } = options;
  if (models === undefined || contracts === undefined || request === undefined || policy === undefined) {
    throw new CaioError("InvalidField", "Labelled outcomes are decided to be judged: name the prices of their models, --models FILE, what the prompts are decided by, --contracts DIR and a policy, and a request as a form for all of them, --request FILE.");
  }
  const table = await readOutcomes(outcomes, models);
  const encoder = await openCommandEncoder(options.encoder, environment);
  try {
    const documents = await readDocuments({ request, contracts, policy, principal, history }, encoder);
    return await tableSource({ table, documents, encoder, now: door.now(), seed });
  } finally {
    await encoder.close?.();
  }
}

/** @throws CaioError `InvalidField` */
function tradeOf(text: string): number {
  const micros = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? parseDecimal(text, 6, "half-even") : 0;
  if (micros > 0) return micros;
  throw new CaioError("InvalidField", `--trade: found ${JSON.stringify(text.slice(0, 40))}, expected what a point of quality is worth in the policy's currency, such as 5 or 0.02: an answer that is right instead of wrong.`);
}

function triesOf(tries: number): number {
  if (tries <= MOST_TRIES) return tries;
  throw new CaioError("InvalidField", `--tries: found ${String(tries)}, expected at most ${String(MOST_TRIES)}.`);
}

/** @throws CaioError `InvalidField` */
function placesOf(names: readonly string[] | undefined): readonly number[] {
  return (names ?? weightNames).map((name) => {
    const place = weightNames.findIndex((each) => each === name);
    if (place >= 0) return place;
    throw new CaioError("InvalidField", `--vary: found ${JSON.stringify(name.slice(0, 40))}, expected some of ${weightNames.join(", ")}.`);
  });
}
