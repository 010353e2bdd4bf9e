import { compareCandidates, type Candidate, type History, type HistoryLeaf } from "@caio/contracts";
import { CaioError } from "@caio/core";

/** A version of H as what it changes in another: leaves are large, and few change. */
export interface HistoryDelta {
  readonly version: number;
  /** The version that is changed; undefined: the changes are all there is. */
  readonly base: number | undefined;
  readonly changed: readonly HistoryLeaf[];
  readonly gone: readonly Candidate[];
  readonly through?: number;
}

/** What leads from one version to a later one. Leaves that are the same object did not change. */
export function historyDelta(before: History | undefined, after: History): HistoryDelta {
  const known = new Map(before?.leaves.map((leaf) => [pairKey(leaf), leaf]));
  const changed: HistoryLeaf[] = [];
  for (const leaf of after.leaves) {
    const key = pairKey(leaf);
    if (known.get(key) !== leaf) changed.push(leaf);
    known.delete(key);
  }
  const gone = [...known.values()].map(({ service, model }) => ({ service, model }));
  return { version: after.version, base: before?.version, changed, gone, ...throughOf(after) };
}

/** The later version; the leaves that did not change are the same objects. @throws CaioError `InvalidHistory` for another base */
export function applyDelta(before: History, { version, base, changed, gone, ...rest }: HistoryDelta): History {
  if (base !== undefined && base !== before.version) {
    const message = `Found a change of history version ${String(base)}, the store holds ${String(before.version)}. Advance the latest version.`;
    throw new CaioError("InvalidHistory", message, { details: { found: base, expected: before.version } });
  }
  const leaves = new Map((base === undefined ? [] : before.leaves).map((leaf) => [pairKey(leaf), leaf]));
  for (const pair of gone) leaves.delete(pairKey(pair));
  for (const leaf of changed) leaves.set(pairKey(leaf), leaf);
  return { version, leaves: [...leaves.values()].sort(compareCandidates), ...throughOf(rest) };
}

function throughOf({ through }: Pick<History, "through">): Pick<History, "through"> {
  return through === undefined ? {} : { through };
}

/** Ids hold no space. */
function pairKey({ service, model }: Candidate): string {
  return `${service} ${model ?? ""}`;
}
