import { addSafe, addTails, timesSafe } from "./sums.ts";

/** What each service sustains and how often one run of the plan may use it. */
export interface Throughput {
  readonly tailPpm: number;
  readonly services: Readonly<Record<string, { readonly micros: number; readonly uses: number }>>;
}

/** Both parts run in a pipeline: uses of a shared service add up, and its lesser promise counts. */
export function throughputOfPair(first: Throughput, second: Throughput): Throughput {
  const services = new Map(Object.entries(first.services));
  for (const [service, { micros, uses }] of Object.entries(second.services)) {
    const known = services.get(service);
    services.set(
      service,
      known === undefined
        ? { micros, uses }
        : { micros: Math.min(known.micros, micros), uses: addSafe(known.uses, uses) },
    );
  }
  return { tailPpm: addTails(first.tailPpm, second.tailPpm), services: Object.fromEntries(services) };
}

/** n attempts use every service n times. */
export function throughputOfRetry(child: Throughput, attempts: number): Throughput {
  const services = Object.entries(child.services).map(
    ([service, { micros, uses }]): [string, { micros: number; uses: number }] => [
      service,
      { micros, uses: timesSafe(uses, attempts) },
    ],
  );
  return { tailPpm: addTails(0, attempts * child.tailPpm), services: Object.fromEntries(services) };
}

/** Runs of the plan that every service can bear, rounded down. */
export function sustained({ services }: Throughput): number {
  return Math.min(...Object.values(services).map(({ micros, uses }) => Math.floor(micros / uses)));
}
