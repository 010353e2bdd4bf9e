import { toHex } from "@caio/core";
import { parseCheckpoint } from "@caio/traceability";

/** What a checkpoint says of a log. */
export interface SignedHead {
  readonly origin: string;
  readonly size: number;
  /** In hex. */
  readonly root: string;
}

/** What a signed note says, its signatures aside: whose they are is for others to say. @throws CaioError `InvalidProof` */
export function signedHeadOf(note: string): SignedHead {
  const { origin, size, root } = parseCheckpoint(note.slice(0, note.lastIndexOf("\n\n") + 1));
  return { origin, size, root: toHex(root) };
}
