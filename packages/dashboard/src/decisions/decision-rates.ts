import { endingOf, type DecisionRow } from "./decision-row.ts";

/** Decisions over time, in intervals of one length. */
export interface DecisionRates {
  /** Seconds since 1970: where each interval begins. */
  readonly times: readonly number[];
  readonly chosen: readonly number[];
  readonly refused: readonly number[];
  /** Calls that ended by then: within what was promised, beyond it or failed. */
  readonly kept: readonly number[];
  readonly broken: readonly number[];
  /** Seconds of one interval. */
  readonly width: number;
}

/** Seconds: widths that a person reads easily. */
const WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800];
const MOST_INTERVALS = 60;

/** Counts by interval, over the time that the rows span, with the narrowest width that gives no more than sixty intervals. */
export function ratesOf(rows: readonly DecisionRow[]): DecisionRates {
  const [last, first] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return { times: [], chosen: [], refused: [], kept: [], broken: [], width: 1 };
  const span = (last.at - first.at) / 1000;
  const width = WIDTHS.find((each) => span / each < MOST_INTERVALS - 1) ?? Math.ceil(span / MOST_INTERVALS);
  const start = Math.floor(first.at / 1000 / width);
  const length = Math.floor(last.at / 1000 / width) - start + 1;
  const empty = (): number[] => new Array<number>(length).fill(0);
  const counts = { chosen: empty(), refused: empty(), kept: empty(), broken: empty() };
  const add = (of: number[], at: number): void => { of[at] = (of[at] ?? 0) + 1; };
  for (const row of rows) {
    const at = Math.floor(row.at / 1000 / width) - start;
    add(counts[row.outcome], at);
    const { tone } = endingOf(row);
    if (tone === "good") add(counts.kept, at);
    else if (tone === "bad") add(counts.broken, at);
  }
  return { times: Array.from({ length }, (_, at) => (start + at) * width), ...counts, width };
}

/** Figures over all rows. */
export interface DecisionFigures {
  readonly count: number;
  readonly refused: number;
  readonly ended: number;
  readonly kept: number;
  /** Microseconds; null where nothing was measured. */
  readonly medianUs: number | null;
  readonly worstUs: number | null;
}

export function figuresOf(rows: readonly DecisionRow[]): DecisionFigures {
  const latencies = rows.flatMap(({ measured }) => measured?.latency_us ?? []).sort((a, b) => a - b);
  const tones = rows.map((row) => endingOf(row).tone);
  const kept = tones.filter((tone) => tone === "good").length;
  return {
    count: rows.length,
    refused: rows.filter(({ outcome }) => outcome === "refused").length,
    kept,
    ended: kept + tones.filter((tone) => tone === "bad").length,
    medianUs: latencies[Math.floor((latencies.length - 1) / 2)] ?? null,
    worstUs: latencies.at(-1) ?? null,
  };
}

/** Seconds of an interval in words: `5 s`, `2 min`, `1 h`. */
export function widthText(seconds: number): string {
  if (seconds < 60) return `${String(seconds)} s`;
  return seconds < 3600 ? `${String(seconds / 60)} min` : seconds < 86_400 ? `${String(seconds / 3600)} h` : `${String(seconds / 86_400)} d`;
}
