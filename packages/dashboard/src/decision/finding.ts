/** What a clause found and what it asked for. */
export interface Finding {
  readonly found: string;
  readonly asked: string;
}

/** Stands where the receipt keeps what was asked to itself. */
export const WITHHELD = "withheld in this receipt";
