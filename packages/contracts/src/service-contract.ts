import type { JsonObject } from "@caio/core";

import type { Capability } from "./capability.ts";
import type { Guarantee } from "./guarantee.ts";

/** Where data is worked on, from the safest to the least safe. */
export const localities = ["on_device", "local", "private_cloud", "external"] as const;
export type Locality = (typeof localities)[number];

export type EncryptionType = "in_transit" | "at_rest" | "end_to_end";
/** `days:N` with N ≥ 1. Order: none < session < days:N < indefinite. */
export type DataRetention = "none" | "session" | "indefinite" | `days:${number}`;
export type SafetyLevel = "low" | "medium" | "high";
export type CostModel = "per_token" | "per_request" | "per_second" | "free";
/** `x-…` is a protocol of one's own: whoever runs the router brings an executor that speaks it. */
export type Protocol = "http" | "openai" | "mcp" | "a2a" | "nats" | "inprocess" | `x-${string}`;
export type Route = "internal" | "external";

/** Rates in pico-units of the currency; every rate 0 … 9·10^15. Normalised: all four are always present. */
export interface Cost {
  readonly model: CostModel;
  readonly currency: string;
  readonly basePico: number;
  readonly inputTokenPico: number;
  readonly outputTokenPico: number;
  readonly secondPico: number;
}

/**
 * One model of a service. `capabilities`, `guarantees` and `cost`, where present, are the whole effective value for this
 * pair: what the service says with the model's overrides already applied.
 */
export interface Model {
  readonly id: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  readonly competenceMicros?: number;
  readonly capabilities?: readonly Capability[];
  readonly guarantees?: readonly Guarantee[];
  readonly cost?: Cost;
}

/** Absent fields were not said; silence never counts in the service's favour (calculus §2). */
export interface Privacy {
  readonly dataLocality?: Locality;
  readonly encryption?: boolean;
  readonly encryptionType?: EncryptionType;
  readonly dataRetention?: DataRetention;
  readonly compliance: readonly string[];
  readonly regions?: readonly string[];
}

export interface Alignment {
  readonly safetyLevel?: SafetyLevel;
  readonly contentFiltering?: boolean;
  readonly biasMitigation?: boolean;
}

export interface Access {
  readonly requiredPermissions: readonly string[];
  readonly match: "any" | "all";
  /** 0 … 10; low, medium and high are 2, 5 and 8. */
  readonly requiredTrustLevel: number;
  /** Empty: every tenant. */
  readonly tenants: readonly string[];
  readonly public: boolean;
}

export interface Constraints {
  readonly maxConcurrentRequests?: number;
  readonly rateLimit?: { readonly perMinute: number };
  readonly contextLength?: { readonly maxTokens: number };
  readonly maxBytes?: number;
  readonly mediaTypes?: readonly string[];
  readonly requiresGpu?: boolean;
  readonly requiresInternet?: boolean;
}

/** One way in. `capability` says which offered capability it serves; without it, it serves all of them. */
export interface Endpoint {
  readonly capability?: string;
  readonly path?: string;
  readonly method?: "GET" | "POST" | "PUT";
  readonly tool?: string;
  /** A JSON Schema, or the path of a file that holds one. */
  readonly inputSchema?: string | JsonObject;
  readonly outputSchema?: string | JsonObject;
}

/**
 * How the service is reached. An MCP service over stdio names a `server` that the operator has configured: a contract
 * never holds a command line. `auth.secret` is a reference (`env:NAME`, `file:/path`), never a secret.
 */
export interface Api {
  readonly protocol: Protocol;
  readonly baseUrl?: string;
  readonly transport?: "http" | "stdio";
  readonly server?: string;
  readonly endpoints: readonly Endpoint[];
  readonly health?: { readonly path: string; readonly intervalMs: number };
  readonly auth?: { readonly scheme: "bearer" | "basic" | "header"; readonly secret: string; readonly header?: string };
}

export interface Metadata {
  readonly tags: readonly string[];
  /** Requests that the service does well on, as they are asked; what an encoding of the contract is made of beside its words. */
  readonly examples?: readonly string[];
  readonly category?: string;
  readonly provider?: string;
  readonly route?: Route;
}

/**
 * A service contract in normalised form: an assume/guarantee pair (calculus §2). Every quantity is an integer with its
 * unit in the name, stated defaults are written out, what was not said is absent, sets are sorted and unique.
 * `toWire` gives the snake_case JSON that is hashed, proved and seen by rules.
 */
export interface ServiceContract {
  readonly serviceId: string;
  readonly name?: string;
  readonly version: string;
  readonly description?: string;
  readonly capabilities: readonly Capability[];
  readonly guarantees: readonly Guarantee[];
  readonly cost?: Cost;
  /** Sorted by id. Empty: the one candidate of the service has no model. */
  readonly models: readonly Model[];
  readonly privacy: Privacy;
  readonly alignment: Alignment;
  readonly access: Access;
  readonly constraints: Constraints;
  readonly api: Api;
  readonly metadata: Metadata;
}
