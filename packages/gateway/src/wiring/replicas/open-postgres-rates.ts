import type { SharedRates } from "./shared-rates.ts";

export interface PostgresRatesOptions {
  /** `postgres://user:password@host:5432/database` */
  readonly url: string;
  /** The schema that instances share, as their stores have made it. */
  readonly schema: string;
}

/** Requests of callers counted in PostgreSQL, over all instances. What speaks to it is loaded only then. */
export async function openPostgresRates(options: PostgresRatesOptions): Promise<SharedRates & { close(): Promise<void> }> {
  const { PostgresRates } = await import("./postgres-rates.ts");
  return new PostgresRates(options);
}
