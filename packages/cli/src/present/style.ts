import picocolors from "picocolors";

import type { Terminal } from "../terminal.ts";

/** How a terminal is written on: its colours, of which none is left where there are none, and how wide it is. */
export type Style = ReturnType<typeof picocolors.createColors> & {
  /** Characters a line; absent: lines are as long as they need to be. */
  readonly columns?: number | undefined;
};

/** The style of a terminal; elsewhere every colour is plain text, and a line has no end. */
export function styleOf({ colours, columns }: Pick<Terminal, "colours" | "columns">): Style {
  return { ...picocolors.createColors(colours), columns };
}
