import type { House } from "../campaign-house.ts";
import { listen } from "./readers.ts";
import { readers } from "./stream-case.ts";

/** Clients that left, and the upstream's streams that were open 2 s after the last of them. */
export interface Left {
  readonly clients: number;
  readonly leaked: number;
}

const BATCH = 20;
const PATIENCE_MS = 2000;

/** Clients that leave at a random moment of an answer that takes its time or has stalled. @param random - from 0 to 1 */
export async function leaveEarly(house: House, clients: number, random: () => number, onClients: (count: number) => void = () => undefined): Promise<Left> {
  let leaked = 0;
  for (let done = 0; done < clients; done += BATCH) {
    const count = Math.min(BATCH, clients - done);
    await Promise.all(Array.from({ length: count }, (_, index) => leaveOnce(house, readers[index % readers.length] ?? "raw", random)));
    leaked += await openAfter(house);
    onClients(count);
  }
  return { clients, leaked };
}

/** After some text, or after some time, whichever comes first: before the answer, in it, or in a stall. */
async function leaveOnce(house: House, reader: "raw" | "openai", random: () => number): Promise<void> {
  const leave = new AbortController();
  const stalls = random() < 0.5;
  const metadata = { fault: stalls ? "stall" : "none", after: String(Math.floor(random() * 20)), tokens: "400", delay_ms: String(Math.floor(random() * 4)) };
  let pieces = Math.floor(random() * 30);
  const timer = setTimeout(() => { leave.abort(); }, random() * 300);
  await listen(reader, house, { metadata, signal: leave.signal, onText: () => { if (pieces-- === 0) leave.abort(); } });
  clearTimeout(timer);
}

async function openAfter({ upstreams }: House): Promise<number> {
  const open = (): number => upstreams.reduce((sum, { openStreams }) => sum + openStreams, 0);
  for (const until = performance.now() + PATIENCE_MS; open() > 0 && performance.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 20));
  return open();
}
