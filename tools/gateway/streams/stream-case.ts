import { fakeTokens, streamFaults, type StreamFault } from "@caio/fakes";

/** Tokens of a whole answer. */
export const TOKENS = 21;
const WHOLE = fakeTokens(TOKENS).join("");

/** Who reads: whoever takes the end of the transfer for the end of the answer, or the client of OpenAI. */
export const readers = ["raw", "openai"] as const;
export type Reader = (typeof readers)[number];

export interface StreamCase {
  readonly fault: StreamFault;
  /** Tokens before the fault. */
  readonly after: number;
  readonly reader: Reader;
}

/** What the reader made of it. */
export interface Heard {
  readonly text: string;
  /** It takes the answer for a whole one. */
  readonly whole: boolean;
  /** What told it otherwise. */
  readonly told?: string;
}

export type Verdict = "whole" | "error before the first token" | "error after it" | "SILENT TRUNCATION" | "HANG";

/** All faults at every place, for both readers. */
export function allCases(step = 1): readonly StreamCase[] {
  const places = Array.from({ length: TOKENS }, (_, after) => after).filter((after) => after % step === 0);
  return streamFaults.flatMap((fault) => places.flatMap((after) => readers.map((reader) => ({ fault, after, reader }))));
}

/** @param heard - undefined: nothing came to an end in time */
export function judge(heard: Heard | undefined): Verdict {
  if (heard === undefined) return "HANG";
  if (heard.whole) return heard.text === WHOLE ? "whole" : "SILENT TRUNCATION";
  return heard.text === "" ? "error before the first token" : "error after it";
}
