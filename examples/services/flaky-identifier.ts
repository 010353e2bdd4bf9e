import { setTimeout as delay } from "node:timers/promises";

import type { ServiceContract } from "@caio/contracts";
import { defineService, type Service } from "@caio/sdk";

/** How the fake behaves: keeps its contract, outlasts every deadline, or answers against its own output schema. */
export type FlakyMode = "honest" | "slow" | "wrong-schema";

/** The fake and its switch. */
export interface FlakyIdentifier {
  readonly service: Service;
  setMode(mode: FlakyMode): void;
}

/** Words that give a language away; enough to look like an identifier. */
const TELLTALES: readonly (readonly [RegExp, string])[] = [
  [/\b(the|and|is)\b/i, "en"],
  [/\b(der|die|das|und)\b/i, "de"],
  [/\b(le|les|est|une)\b/i, "fr"],
  [/\b(och|inte|det)\b/i, "sv"],
];

/**
 * A fake. It identifies next to nothing and exists to break its promises on demand, so that the examples can show what
 * happens then. Its contract promises a latency and an output schema and claims no accuracy.
 */
export function flakyIdentifier(contract: ServiceContract): FlakyIdentifier {
  let mode: FlakyMode = "honest";
  const service = defineService<unknown>({
    contract,
    execute: async (payload, { signal }) => {
      if (mode === "slow") await delay(60_000, undefined, { signal });
      if (mode === "wrong-schema") return { language: 42, apology: "none" };
      const text = JSON.stringify(payload);
      return { language: TELLTALES.find(([words]) => words.test(text))?.[1] ?? null };
    },
  });
  return {
    service,
    setMode: (next) => {
      mode = next;
    },
  };
}
