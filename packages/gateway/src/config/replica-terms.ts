import { integer, mapping } from "@caio/contracts";
import { z } from "zod";

/** The database that instances share. */
export interface PostgresTerms {
  /** The name of the variable that holds its URL, which has a password in it. */
  readonly urlEnv: string;
  /** The schema of what is shared; each instance's log has one of its own, with the instance's name after it. */
  readonly schema: string;
}

/** How instances keep up with one another. */
export interface ReplicaTerms {
  /** Milliseconds after which a registry or policies that were not confirmed to be the newest are stale. */
  readonly staleAfterMs: number;
  /** What becomes of a decision on stale ones: it says so, or it is not made. */
  readonly stale: "say" | "refuse";
  /** Milliseconds between two questions for news, if none came. */
  readonly pollMs: number;
  /** Milliseconds after which an instance that says nothing is taken to be gone, and its open reservations to be spent. */
  readonly leaseMs: number;
  /** Milliseconds between two looks at the logs of the others. */
  readonly witnessMs: number;
  /** Requests a minute are counted over all instances, or each instance counts its own. */
  readonly rates: "shared" | "own";
  /** What becomes of requests that cannot be counted over all instances: they are refused, or each instance counts its own. */
  readonly ratesWhenAway: "refuse" | "own";
}

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "expected the name of a variable, such as CAIO_DATABASE_URL");
/** Names of schemas in PostgreSQL are made of these. */
const schemaName = z.string().regex(/^[a-z][a-z0-9_]{0,19}$/, "expected 1 to 20 small letters, digits and _, a letter first");
/** The name of one of several instances. */
export const instanceName = z.string().regex(/^[a-z0-9_]{1,32}$/, "expected 1 to 32 small letters, digits and _, such as eu_1");

export const postgresTerms = mapping({ url_env: variable.default("CAIO_DATABASE_URL"), schema: schemaName.default("caio") })
  .transform(({ url_env: urlEnv, schema }): PostgresTerms => ({ urlEnv, schema }));

export const replicaTerms = mapping({
  stale_after_ms: integer(100, 3_600_000).prefault("5000"),
  stale: z.enum(["say", "refuse"]).default("say"),
  poll_ms: integer(10, 60_000).prefault("1000"),
  lease_ms: integer(1000, 3_600_000).prefault("15000"),
  witness_ms: integer(100, 3_600_000).prefault("2000"),
  rates: z.enum(["shared", "own"]).default("shared"),
  rates_when_away: z.enum(["refuse", "own"]).default("refuse"),
}).transform((terms): ReplicaTerms => ({
  staleAfterMs: terms.stale_after_ms,
  stale: terms.stale,
  pollMs: terms.poll_ms,
  leaseMs: terms.lease_ms,
  witnessMs: terms.witness_ms,
  rates: terms.rates,
  ratesWhenAway: terms.rates_when_away,
}));
