/** `ok`: as it should be; `note`: worth knowing, and stands in nobody's way; `wrong`: something will not work, or is not safe. */
export type Level = "ok" | "note" | "wrong";

/** The parts that are looked at, in their order. */
export const PARTS = ["machine", "folder", "data", "services", "gateway"] as const;

/** One thing that was looked at. Nothing secret stands in it. */
export interface Finding {
  readonly part: (typeof PARTS)[number];
  readonly about: string;
  readonly level: Level;
  readonly found: string;
  /** What to do; of what is as it should be there is nothing to do. */
  readonly next?: string;
}

/** Takes a finding as soon as it is there. */
export type Tell = (finding: Finding) => void;
