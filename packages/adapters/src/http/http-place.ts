import type { ServiceContract } from "@caio/contracts";

/** Whom an error names. */
export type Named = Pick<ServiceContract, "serviceId">;

/** What of a contract says where it is reached, and how. */
export type HttpPlace = Pick<ServiceContract, "serviceId" | "privacy" | "api">;
