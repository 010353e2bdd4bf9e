import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where time went: a function's own samples as a share of those in which anything ran. */
export interface HotSpot {
  readonly place: string;
  readonly share: number;
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  /** Microseconds between samples. */
  readonly timeDeltas: readonly number[];
}

/** The functions that took most, of all profiles in a folder (`node --cpu-prof`). @param lastMs - what was before is left out */
export function hotSpots(folder: string, count: number, lastMs = Number.POSITIVE_INFINITY): readonly HotSpot[] {
  const own = new Map<string, number>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".cpuprofile"))) {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile;
    const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
    let leftUs = timeDeltas.reduce((sum, each) => sum + each, 0);
    for (const [index, sample] of samples.entries()) {
      leftUs -= timeDeltas[index] ?? 0;
      if (leftUs > lastMs * 1000) continue;
      const place = places.get(sample) ?? "unknown";
      if (place !== "(idle) ") own.set(place, (own.get(place) ?? 0) + 1);
    }
  }
  const all = [...own.values()].reduce((sum, each) => sum + each, 0);
  return [...own].sort(([, a], [, b]) => b - a).slice(0, count).map(([place, samples]) => ({ place, share: samples / all }));
}

/** By package, to see who owns the time. */
export function hotPackages(folder: string, count: number, lastMs = Number.POSITIVE_INFINITY): readonly HotSpot[] {
  const own = new Map<string, number>();
  for (const { place, share } of hotSpots(folder, Number.POSITIVE_INFINITY, lastMs)) {
    const owner = /node_modules\/((?:@[^/]+\/)?[^/:]+)/.exec(place)?.[1] ?? /packages\/([^/]+)\//.exec(place)?.[1] ?? (/(node:[\w/]+)/.exec(place)?.[1] ?? place.trim());
    own.set(owner, (own.get(owner) ?? 0) + share);
  }
  return [...own].sort(([, a], [, b]) => b - a).slice(0, count).map(([place, share]) => ({ place, share }));
}

function placeOf({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]): string {
  const path = url.replace(/^file:\/\/.*?\/(packages|node_modules)\//, "$1/");
  return `${functionName === "" ? "(anonymous)" : functionName} ${path === "" ? "" : `${path}:${String(lineNumber + 1)}`}`;
}
