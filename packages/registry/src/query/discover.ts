import type { RegistryView } from "../snapshot/registry-view.ts";
import { effectiveTypes } from "../snapshot/effective-types.ts";
import type { ServiceEntry } from "../snapshot/service-entry.ts";

/** What to look for. Absent: anything; all that is said must hold. */
export interface Discovery {
  /** A capability type, or the beginning of one up to a dot. */
  readonly capability?: string | undefined;
  readonly tag?: string | undefined;
  readonly category?: string | undefined;
  /** Anywhere in id, name, description, provider, tags or capability types; case does not matter. */
  readonly text?: string | undefined;
}

/**
 * The services of a view that a person or program may want to know of, sorted by id; draining ones included. This is for
 * looking around: what may be chosen is for a decision to say.
 *
 * @throws CaioError `InvalidContract` if the capability has an empty or overlong segment.
 *
 * @example
 * ```ts
 * import { discover, RegistrySnapshot } from "@caio/registry";
 *
 * discover(RegistrySnapshot.empty.view("acme"), { capability: "language", text: "fast" }); // []
 * ```
 */
export function discover(view: RegistryView, { capability, tag, category, text }: Discovery = {}): readonly ServiceEntry[] {
  const entries = capability === undefined ? view.services : view.offering(capability);
  const wanted = text?.toLowerCase();
  return entries.filter(({ contract }) => {
    const { metadata } = contract;
    if (tag !== undefined && !metadata.tags.includes(tag)) return false;
    if (category !== undefined && metadata.category !== category) return false;
    return wanted === undefined || words(contract).some((word) => word.toLowerCase().includes(wanted));
  });
}

function words(contract: ServiceEntry["contract"]): readonly string[] {
  const { serviceId, name, description, metadata } = contract;
  const said = [serviceId, name, description, metadata.provider].filter((word) => word !== undefined);
  return [...said, ...metadata.tags, ...effectiveTypes(contract)];
}
