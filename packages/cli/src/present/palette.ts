import picocolors from "picocolors";

import type { Terminal } from "../terminal.ts";

export type Palette = ReturnType<typeof picocolors.createColors>;

/** Colours of a terminal; elsewhere every one is plain text. */
export function paletteOf({ colours }: Pick<Terminal, "colours">): Palette {
  return picocolors.createColors(colours);
}
