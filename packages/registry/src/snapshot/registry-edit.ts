import type { Registration } from "./service-entry.ts";

/** One change. A service that is replaced keeps its drain flag; one that is registered does not drain. */
export type RegistryEdit =
  | ({ readonly kind: "register" | "replace" } & Registration)
  | { readonly kind: "deregister" | "drain" | "undrain"; readonly serviceId: string };

/** Edits that took effect together, as one epoch. */
export interface RegistryBatch {
  readonly epoch: number;
  readonly edits: readonly RegistryEdit[];
}

/** The service that an edit is about. */
export function editedService(edit: RegistryEdit): string {
  return "contract" in edit ? edit.contract.serviceId : edit.serviceId;
}
