/** The part of a long list that is drawn. */
export interface ListWindow {
  /** The first row drawn, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Pixels of rows before and of all rows. */
  readonly before: number;
  readonly whole: number;
}

/** Rows drawn above and below what is seen, so that scrolling meets no gap. */
const SPARE = 8;

/** Which rows of a list are to be drawn, for a window of `height` pixels scrolled down by `top`. */
export function windowOf({ count, rowHeight, top, height }: { readonly count: number; readonly rowHeight: number; readonly top: number; readonly height: number }): ListWindow {
  const from = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - SPARE));
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  return { from, to: Math.max(from, to), before: from * rowHeight, whole: count * rowHeight };
}

/** The row that a key leads to; undefined for a key that leads nowhere. */
export function rowByKey(key: string, { at, count, page }: { readonly at: number; readonly count: number; readonly page: number }): number | undefined {
  const moves: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 };
  const to = moves[key];
  return to === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, to));
}
