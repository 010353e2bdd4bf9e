import type { Played } from "./play-stream.ts";
import { mean, median, recovery, WINDOW, type OrderSummary } from "./summary.ts";

/** Within this of the best single model counts as recovered. */
const WITHIN = 0.01;
/** Prompts of a block after half-time. */
const BLOCK = 400;

/** What came of one condition. */
export interface Line {
  readonly name: string;
  readonly claimed: string;
  readonly orders: readonly OrderSummary[];
  readonly recovery: Recovery | undefined;
}

/** How a change was followed: prompts until recovered, by order, and the mean difference to the best model of the second half, block by block. */
export interface Recovery {
  readonly prompts: readonly (number | null)[];
  readonly blocks: readonly number[];
}

/** @param best - the best single model of the second half */
export function recoveryOf(orders: readonly Played[], best: number): Recovery {
  const halves = orders.map(({ scored, would }) => scored.slice(Math.ceil(scored.length / 2)).map((score, at) => score - (would[Math.ceil(scored.length / 2) + at]?.[best] ?? 0)));
  const length = Math.min(...halves.map((each) => each.length));
  const blocks: number[] = [];
  for (let at = 0; at + BLOCK <= length; at += BLOCK) blocks.push(mean(halves.map((each) => mean(each.slice(at, at + BLOCK)))));
  return { prompts: orders.map((each) => recovery(each, best, WITHIN) ?? null), blocks };
}

/** The lines as text. */
export function tableOf(lines: readonly Line[], about: { readonly prompts: number; readonly models: number; readonly encoder: string; readonly seeds: string; readonly from: string }): string {
  const head = `${String(about.prompts)} prompts, ${String(about.models)} models, features ${about.encoder}, ${about.seeds} orders from seed ${about.from}; points are hundredths of a score`;
  const columns = ["".padEnd(26), "score", "claimed", "hindsight", "oracle", "regret", "gain (last quarter)", `worst ${String(WINDOW)}`, "ahead from: median, last, never", "others", "drawn, cost"];
  return [head, columns.join("  "), ...lines.map(lineOf), ...lines.flatMap(swapLineOf)].join("\n");
}

function lineOf({ name, orders }: Line): string {
  const of = (each: (order: OrderSummary) => number): number[] => orders.map(each);
  const never = orders.filter(({ ahead, count }) => ahead > count).length;
  return [
    name.padEnd(26),
    mean(of(({ score }) => score)).toFixed(4),
    mean(of(({ claimedBest }) => claimedBest)).toFixed(4),
    mean(of(({ hindsightBest }) => hindsightBest)).toFixed(4),
    mean(of(({ oracle }) => oracle)).toFixed(4),
    mean(of(({ regret }) => regret)).toFixed(1),
    `${points(mean(of(({ gain }) => gain)))} (${points(mean(of(({ lateGain }) => lateGain)))})`,
    `${points(Math.min(...of(({ worst }) => worst)))} (median ${points(median(of(({ worst }) => worst)))}, past −2: ${String(orders.filter(({ worst }) => worst < -0.02 - 1e-9).length)})`,
    `${String(median(of(({ ahead }) => ahead)))}, ${String(Math.max(...of(({ ahead }) => ahead)))}, ${String(never)}`,
    `${(100 * mean(of(({ others }) => others))).toFixed(0)} %`,
    `${mean(of(({ drawn }) => drawn)).toFixed(0)}, ${mean(of(({ explored }) => explored)).toFixed(1)}`,
  ].join("  ");
}

function swapLineOf({ name, recovery: found }: Line): readonly string[] {
  if (found === undefined) return [];
  const back = found.prompts.filter((each): each is number => each !== null);
  const never = found.prompts.length - back.length;
  const all = [...back, ...Array.from({ length: never }, () => Number.POSITIVE_INFINITY)];
  return [`${name.padEnd(26)}  recovered after ${String(median(all))} (median), not within the stream: ${String(never)} of ${String(all.length)}; by ${String(BLOCK)}: ${found.blocks.map(points).join(" ")}`];
}

function points(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(2)}`;
}
