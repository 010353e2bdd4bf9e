import type { Digest } from "@caio/core";

import type { RegistryEdit } from "../snapshot/registry-edit.ts";

/** One service changed. `contractDigest` is that of the contract in force, or of the one taken away. */
export interface ServiceEvent {
  readonly kind: RegistryEdit["kind"];
  readonly epoch: number;
  readonly serviceId: string;
  readonly contractDigest: Digest;
}

/** Events up to and including this epoch may have been missed: read a snapshot, which is at least that new. */
export interface GapEvent {
  readonly kind: "gap";
  readonly epoch: number;
}

export type RegistryEvent = ServiceEvent | GapEvent;
