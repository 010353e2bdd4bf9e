import type { Digest, JsonObject, JsonValue } from "@caio/core";
import type { Field } from "@caio/contracts";

import type { Certificate } from "../certificate/certificate.ts";
import type { BundleLog } from "./bundle-log.ts";
import type { Envelope } from "./envelope.ts";

/** Media type of an in-toto Statement in an envelope. */
export const STATEMENT_PAYLOAD_TYPE = "application/vnd.in-toto+json";
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const DECISION_PREDICATE_TYPE = "urn:caio:decision:v1";

/** An opened path of the request: the value, and the salt with which it hashes to its commitment (certificate §4). */
export interface DisclosedValue {
  /** 64 hex digits. */
  readonly salt: Digest;
  readonly value: JsonValue;
}

/** The encoding of one service, as its digest names it (certificate §2). */
export interface BundleEncoding {
  readonly service: string;
  readonly encoderId: string;
  readonly ints: Field;
}

/** A decision with all that checking it offline needs (certificate §2). */
export interface DecisionPredicate {
  readonly verifier: { readonly id: string };
  /** RFC 3339 with milliseconds, UTC: when it was decided. */
  readonly timeCreated: string;
  readonly certificate: Certificate;
  /** Wire form of the contracts of the domain, by service id. */
  readonly contracts: readonly JsonObject[];
  /** One per contract, in the same order. */
  readonly encodings: readonly BundleEncoding[];
  /** Wire form of the base policy, then of those that the request names, by id. */
  readonly policies: readonly JsonObject[];
  readonly disclosed: Readonly<Record<string, DisclosedValue>>;
  readonly log: BundleLog;
}

/** An in-toto Statement v1 about one decision: its subject is the certificate. */
export interface DecisionStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: Digest } }[];
  readonly predicateType: typeof DECISION_PREDICATE_TYPE;
  readonly predicate: DecisionPredicate;
}

/** A `*.caio.json` file: the signed envelope of a `DecisionStatement`. */
export type Bundle = Envelope;
