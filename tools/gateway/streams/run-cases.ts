import type { House } from "../campaign-house.ts";
import { listen } from "./readers.ts";
import { judge, TOKENS, type StreamCase, type Verdict } from "./stream-case.ts";

export interface Judged extends StreamCase {
  readonly verdict: Verdict;
  /** Milliseconds until the reader knew. */
  readonly tookMs: number;
}

/** Longer than all patience of a gateway with two services together, on a busy machine. */
const HANG_MS = 12_000;

/** Runs cases against a house, so many at once. */
export async function runCases(house: House, cases: readonly StreamCase[], { together = 16, hangMs = HANG_MS, onCase = (): void => undefined } = {}): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      judged.push(await runCase(house, next, hangMs));
      onCase();
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return judged;
}

async function runCase(house: House, { fault, after, reader }: StreamCase, hangMs: number): Promise<Judged> {
  const started = performance.now();
  const metadata = { fault, after: String(after), tokens: String(TOKENS) };
  const leave = new AbortController();
  const asked = listen(reader, house, { metadata, signal: leave.signal });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => { timer = setTimeout(() => { resolve(undefined); }, hangMs); });
  const heard = await Promise.race([asked, late]);
  clearTimeout(timer);
  leave.abort();
  await asked;
  return { fault, after, reader, verdict: judge(heard), tookMs: Math.round(performance.now() - started) };
}
