import type { Candidate, HistoryLeaf } from "@caio/contracts";
import type { RegistryEdit, RegistrySnapshot, ServiceEntry } from "@caio/registry";

import type { HistorySnapshot } from "../inputs/history-snapshot.ts";
import type { HistoryUpdate, RegistryUpdate } from "./pool-message.ts";

/**
 * What makes a replica's registry the one given. Entries that are the same object did not change, so this compares pointers, in O(size).
 *
 * @param before - what the replica holds; undefined: nothing
 */
export function registryUpdate(before: RegistrySnapshot | undefined, after: RegistrySnapshot): RegistryUpdate {
  const { epoch } = after;
  const edits = before === undefined ? [] : editsBetween(before, after);
  const batches = before === undefined ? undefined : inEpochs(edits, epoch - before.epoch, after);
  return batches === undefined ? { kind: "registry", epoch, anew: true, batches: [after.services.flatMap(registered)] } : { kind: "registry", epoch, anew: false, batches };
}

function editsBetween(before: RegistrySnapshot, after: RegistrySnapshot): readonly RegistryEdit[] {
  const edits: RegistryEdit[] = [];
  const [old, now] = [before.services, after.services];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [was, is] = [old[i], now[j]];
    if (was === is) [i, j] = [i + 1, j + 1];
    else if (is === undefined || (was !== undefined && idOf(was) < idOf(is))) {
      if (was !== undefined) edits.push({ kind: "deregister", serviceId: idOf(was) });
      i += 1;
    } else if (was === undefined || idOf(is) < idOf(was)) {
      edits.push(...registered(is));
      j += 1;
    } else {
      edits.push(...replaced(was, is));
      [i, j] = [i + 1, j + 1];
    }
  }
  return edits;
}

function registered(entry: ServiceEntry): readonly RegistryEdit[] {
  const { contract, encoding, encoderId, draining } = entry;
  const register = { kind: "register" as const, contract, encoding, encoderId };
  return draining ? [register, { kind: "drain", serviceId: idOf(entry) }] : [register];
}

function replaced(was: ServiceEntry, is: ServiceEntry): readonly RegistryEdit[] {
  const { contract, encoding, encoderId } = is;
  const flag: readonly RegistryEdit[] = was.draining === is.draining ? [] : [{ kind: is.draining ? "drain" : "undrain", serviceId: idOf(is) }];
  const same = was.contractDigest === is.contractDigest && was.encodingDigest === is.encodingDigest;
  return same && flag.length > 0 ? flag : [{ kind: "replace", contract, encoding, encoderId }, ...flag];
}

/** As many batches as epochs went by, the last one with all that is left; undefined if there are more epochs than edits to fill them with. */
function inEpochs(edits: readonly RegistryEdit[], epochs: number, after: RegistrySnapshot): readonly (readonly RegistryEdit[])[] | undefined {
  const [some] = after.services;
  if (epochs < 1 || (some === undefined && edits.length < epochs)) return undefined;
  // An epoch in which nothing is left of what happened still counts: setting a flag to what it is changes nothing else.
  const filled = some === undefined ? edits : [...edits, ...Array.from({ length: Math.max(0, epochs - edits.length) }, () => asItIs(some))];
  return Array.from({ length: epochs }, (_epoch, at) => (at === epochs - 1 ? filled.slice(at) : filled.slice(at, at + 1)));
}

function asItIs(entry: ServiceEntry): RegistryEdit {
  return { kind: entry.draining ? "drain" : "undrain", serviceId: idOf(entry) };
}

function idOf(entry: ServiceEntry): string {
  return entry.contract.serviceId;
}

/** What makes a replica's history the one given. Leaves that are the same object did not change. */
export function historyUpdate(before: HistorySnapshot | undefined, after: HistorySnapshot): HistoryUpdate {
  const { version, leaves } = after.history;
  if (before === undefined) return { kind: "history", version, anew: true, changed: leaves, gone: [] };
  const changed = leaves.filter((leaf) => before.leaf(leaf) !== leaf);
  const gone = before.history.leaves.filter((leaf) => after.leaf(leaf) === undefined).map(pairOf);
  return { kind: "history", version, anew: false, changed, gone };
}

function pairOf({ service, model }: HistoryLeaf): Candidate {
  return { service, model };
}
