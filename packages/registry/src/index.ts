// Values: what a decision sees
export { effectiveTypes } from "./snapshot/effective-types.ts";
export { capabilityKey, capabilityPrefix } from "./snapshot/capability-key.ts";
export type { RegistryBatch, RegistryEdit } from "./snapshot/registry-edit.ts";
export { RegistrySnapshot, type EntryChange, type RegistryChange } from "./snapshot/registry-snapshot.ts";
export { RegistryView } from "./snapshot/registry-view.ts";
export { entryBytes, serviceEntry, type Registration, type ServiceEntry } from "./snapshot/service-entry.ts";
export type { AlternativeProof, Domain } from "./snapshot/service-index.ts";

// Queries
export { discover, type Discovery } from "./query/discover.ts";
export { findMatchingServices, type MatchingService } from "./query/find-matching-services.ts";

// The registry as it changes
export type { GapEvent, RegistryEvent, ServiceEvent } from "./live/registry-event.ts";
export { epochTaken, MemoryRegistryStore, type RegistryStore } from "./live/registry-store.ts";
export type { RegistryWatch } from "./live/registry-watch.ts";
export {
  ServiceRegistry,
  type RegistryOptions,
  type ServiceVersion,
  type WatchOptions,
} from "./live/service-registry.ts";
