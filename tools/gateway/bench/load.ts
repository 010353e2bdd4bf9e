import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What a load generator sends, and for how long. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly together: number;
  readonly streamed: boolean;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Milliseconds; of streams, to the first event. */
export interface Measured {
  readonly requests: number;
  /** With those of the warm-up. */
  readonly served: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** A measurement, with what the measured process spent on each request, milliseconds on a processor (of a bare machine or a busy one). */
export interface MeasuredWithCpu extends Measured {
  readonly cpuMs: number;
}

/** Runs a load generator in a process of its own. */
export async function measure(load: Load): Promise<Measured> {
  const script = fileURLToPath(new URL("load-process.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "-C", "@caio/source", script, JSON.stringify(load)]);
  return JSON.parse(stdout) as Measured;
}
