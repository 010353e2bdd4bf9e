import type { Principal } from "@caio/contracts";
import type { Digest } from "@caio/core";

import type { BudgetLimits } from "../budget/budget-ledger.ts";

/** Whom a key stands for: a principal without the evidence, which each use of the key supplies. */
export type KeyGrant = Omit<Principal, "evidence">;

/** What a key may use. Absent: no limit. */
export interface KeyLimits {
  /** Micro-units of the policy's currency. */
  readonly budget?: BudgetLimits;
  readonly requestsPerMinute?: number;
  readonly concurrentRequests?: number;
}

/** What is kept of a key: never the key itself. */
export interface KeyRecord {
  /** 16 hex digits, random: the name by which a key appears in evidence. */
  readonly keyId: string;
  /** Hash of the key (`hashApiKey`). Stays in the store: no evidence or trace holds it. */
  readonly hash: Digest;
  readonly grant: KeyGrant;
  /** Milliseconds. */
  readonly createdAt: number;
  /** Seconds since 1970; absent: does not expire. */
  readonly exp?: number;
  /** Milliseconds; absent: not revoked. */
  readonly revokedAt?: number;
  /** Absent: nothing is limited. */
  readonly limits?: KeyLimits;
}

/** The port behind which keys are kept. */
export interface KeyStore {
  find(keyId: string): Promise<KeyRecord | undefined>;
  /** @throws CaioError `InvalidPrincipal` if the key id is taken. */
  add(record: KeyRecord): Promise<void>;
  /** Ends the key for good; the first time stands. @throws CaioError `NotFound` */
  revoke(keyId: string, now: number): Promise<void>;
  /** Puts other limits in the place of those that a key has. @throws CaioError `NotFound` */
  setLimits(keyId: string, limits: KeyLimits): Promise<void>;
  /** All records, by key id. */
  list(): Promise<readonly KeyRecord[]>;
}
