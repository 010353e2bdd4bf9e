import type { Tell } from "./finding.ts";

/** The oldest Node.js that this version is tested with. */
const LEAST_NODE = [20, 19] as const;
/** Before this the clock cannot be right. */
const EARLIEST = Date.UTC(2025, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

export interface Machine {
  /** As `process.versions.node` has it. */
  readonly node: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Node.js and the clock. */
export function examineMachine({ node, now }: Machine, tell: Tell): void {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const known = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const least = LEAST_NODE.join(".");
  tell({ part: "machine", about: "Node.js", ...(known ? { level: "ok", found: node } : { level: "wrong", found: `${node}, expected ${least} or later`, next: `Install Node.js ${least} or later.` }) });
  const time = new Date(now).toISOString();
  const sane = now >= EARLIEST && now < LATEST;
  tell({ part: "machine", about: "clock", ...(sane ? { level: "ok", found: time } : { level: "wrong", found: `${time}, which cannot be`, next: "Set the clock: receipts, budgets and tokens depend on it." }) });
}
