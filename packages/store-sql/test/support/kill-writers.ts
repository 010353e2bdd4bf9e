import { TraceabilitySystem } from "@caio/traceability";
import fc from "fast-check";
import { expect, onTestFinished } from "vitest";

import { openSqlStores } from "../../src/index.ts";
import { AppendChild, type Moment, type Said } from "./append-child.ts";
import { newFile } from "./databases.ts";

/** Children that load while another one runs. */
const AHEAD = 2;

/** Moments from the opening on: the first after some appends, then some before the first and some after many, each at any place of a commit. */
function moments(seed: number, kills: number): readonly Moment[] {
  return [{ acks: 20, afterMs: 2 }, ...fc.sample(fc.record({ acks: fc.nat(60), afterMs: fc.oneof(fc.nat(3), fc.nat(25)) }), { numRuns: kills - 1, seed })];
}

/** Kills the writer of a log so many times, and demands each time that the log holds all that it confirmed. */
export async function killWriters(kills: number): Promise<void> {
  const seed = Math.floor(Math.random() * 0x7fff_ffff);
  console.log(`kill -9: seed ${String(seed)}`);
  const file = newFile();
  const children: AppendChild[] = [];
  onTestFinished(async () => {
    for (const child of children) await child.kill();
  });
  const confirmed = new Map<number, string>();
  let keys = 0;
  for (const [at, moment] of moments(seed, kills).entries()) {
    while (children.length < Math.min(kills, at + 1 + AHEAD)) children.push(new AppendChild());
    const said = await children[at]?.runAndKill(file, `${String(seed)}-${String(at)}`, moment);
    if (said === undefined) throw new Error("no child");
    for (const [index, id] of said.entries) {
      expect(confirmed.has(index), `seed ${String(seed)}, kill ${String(at)}: index ${String(index)} was given out twice`).toBe(false);
      confirmed.set(index, id);
    }
    keys += said.keys.length;
    await requireWhole(file, said, confirmed, `seed ${String(seed)}, kill ${String(at)} ${JSON.stringify(moment)}`);
  }
  console.log(`kill -9: ${String(confirmed.size)} entries and ${String(keys)} keys confirmed, none lost`);
  expect(confirmed.size).toBeGreaterThanOrEqual(20);
}

/** Everything confirmed is where it was said to be, the chain and the tree hold, and every decision that has a key has the right one. */
async function requireWhole(file: string, said: Said, confirmed: ReadonlyMap<number, string>, where: string): Promise<void> {
  const stores = await openSqlStores({ file });
  try {
    const traces = await TraceabilitySystem.open(stores.traces);
    expect(await traces.verify(), where).toEqual({ holds: true });
    const kept = await stores.traces.read(0, Number.MAX_SAFE_INTEGER, { certificates: false });
    for (const [index, id] of confirmed) expect(kept[index]?.keys.decisionId, `${where}: entry ${String(index)}`).toBe(id);
    for (const [, id] of said.entries) expect((await stores.decisionKeys.opening(id))?.disclosed, `${where}: opening of ${id}`).toMatch(/^\{"name":/);
    for (const id of said.keys) expect(await stores.decisionKeys.get(id), `${where}: key of ${id}`).toMatch(/^[0-9a-f]{64}$/);
  } finally {
    await stores.close();
  }
}
