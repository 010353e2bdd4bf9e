/** Bytes that are in use. */
export interface MemoryUse {
  /** Objects of JavaScript. */
  readonly heap: number;
  /** What typed arrays and buffers hold beside them. */
  readonly buffers: number;
  /** Resident: what the process has of the machine's memory. */
  readonly rss: number;
}

const SETTLING = 6;

/** What is in use once everything that can go has gone. Needs `--expose-gc`. */
export async function memoryInUse(): Promise<MemoryUse> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("Memory is measured under --expose-gc.");
  for (let turn = 0; turn < SETTLING; turn++) {
    gc();
    // Buffers are let go, and pages given back, by tasks of the platform.
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers, rss };
}

/** What `after` has more than `before`, for each of `count`. */
export function perUnit(before: MemoryUse, after: MemoryUse, count: number): MemoryUse {
  const each = (key: keyof MemoryUse): number => Math.round((after[key] - before[key]) / count);
  return { heap: each("heap"), buffers: each("buffers"), rss: each("rss") };
}
