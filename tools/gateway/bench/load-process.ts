/** Load from a process of its own: what is asked is JSON in the first argument, what was measured is JSON on the output. */
import process from "node:process";

import { Agent } from "undici";

import { percentilesOf } from "../../bench/percentiles.ts";
import type { Load, Measured } from "./load.ts";

const load = JSON.parse(process.argv[2] ?? "{}") as Load;
const agent = new Agent({ connections: load.together, pipelining: 1 });
const { origin, pathname } = new URL(load.url);
const headers = { ...load.headers, "content-type": "application/json" };
let failed = 0;

/** Milliseconds to the end of an answer, or to the first event of one that is streamed. */
async function once(): Promise<number> {
  const began = performance.now();
  const { statusCode, body } = await agent.request({ origin, path: pathname, method: "POST", headers, body: load.body });
  let first: number | undefined;
  let size = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (first === undefined && (!load.streamed || Buffer.from(piece).includes("data: "))) first = performance.now() - began;
  }
  if (statusCode !== 200 || size === 0) failed += 1;
  return load.streamed ? (first ?? performance.now() - began) : performance.now() - began;
}

async function run(ms: number): Promise<{ readonly tookMs: readonly number[]; readonly elapsedMs: number }> {
  const tookMs: number[] = [];
  const began = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - began < ms) tookMs.push(await once());
  };
  await Promise.all(Array.from({ length: load.together }, worker));
  return { tookMs, elapsedMs: performance.now() - began };
}

const warmUp = await run(load.warmUpMs);
failed = 0;
const { tookMs, elapsedMs } = await run(load.measureMs);
const measured: Measured = { requests: tookMs.length, served: warmUp.tookMs.length + tookMs.length, failed, perSecond: tookMs.length / (elapsedMs / 1000), ...percentilesOf(tookMs) };
process.stdout.write(`${JSON.stringify(measured)}\n`);
await agent.close();
