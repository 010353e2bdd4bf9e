import { mkdirSync, writeFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector/promises";
import { join } from "node:path";

const MICROSECONDS_BETWEEN_SAMPLES = 200;
const ROWS = 30;

/**
 * Runs the work under the sampling profiler, writes `NAME.cpuprofile` (Chrome's and VS Code's format) to the folder and gives a table of
 * the functions by their own time.
 */
export async function profiled(folder: string, name: string, work: () => Promise<void>): Promise<string> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: MICROSECONDS_BETWEEN_SAMPLES });
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
  return selfTimes(profile);
}

/** Functions by the share of samples in which they were on top of the stack. */
function selfTimes({ nodes, samples = [] }: Profiler.Profile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const hits = new Map<string, number>();
  for (const id of samples) {
    const name = names.get(id) ?? "?";
    hits.set(name, (hits.get(name) ?? 0) + 1);
  }
  const rows = [...hits].sort(([, a], [, b]) => b - a).slice(0, ROWS);
  return ["| own time, % | function |", "|--:|---|", ...rows.map(([name, count]) => `| ${((100 * count) / samples.length).toFixed(1)} | ${name} |`)].join("\n");
}

function placeOf({ functionName, url, lineNumber, columnNumber }: Profiler.ProfileNode["callFrame"]): string {
  const file = url.split("/").slice(-3).join("/");
  return `${functionName === "" ? "(anonymous)" : functionName}${file === "" ? "" : ` · ${file}:${String(lineNumber + 1)}:${String(columnNumber + 1)}`}`;
}
