import type { ReplayComparison } from "@caio/orchestrator";

import { oneLine } from "./plain-text.ts";

const MAX_SHOWN = 200;

/** Where a certificate and its recomputation differ first, and what each has there. */
export function differenceText({ path, made, replayed }: Extract<ReplayComparison, { kind: "different" }>): string {
  return `first at ${oneLine(path)}: the bundle has ${shown(made)}, the replay ${shown(replayed)}`;
}

function shown(value: object | string | number | boolean | null | undefined): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return oneLine(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
