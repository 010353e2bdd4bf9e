import { CaioError, parseDecimal } from "@caio/core";

/** What counts most when several services will do. */
export const STYLES = ["balanced", "cheap", "good", "fast"] as const;
/** Where texts with personal data may go: stay on this machine, stay in one region, or anywhere. */
export const PERSONAL = ["here", "region", "anywhere"] as const;

/** What a new policy shall say. */
export interface WantedPolicy {
  readonly style: (typeof STYLES)[number];
  readonly personal: (typeof PERSONAL)[number];
  /** With `personal: "region"`: which one, as contracts name it. */
  readonly region: string;
  /** The most that one request may cost, USD, as decimal text; absent: no limit. */
  readonly budget?: string | undefined;
}

/** What is said of a policy, unchecked. */
export interface SaidOfPolicy {
  readonly style?: string | undefined;
  readonly personal?: string | undefined;
  readonly region?: string | undefined;
  readonly budget?: string | undefined;
}

/** Safe where nothing is said. @throws CaioError `InvalidField` */
export function wantedPolicy({ style = "balanced", personal, region, budget }: SaidOfPolicy): WantedPolicy {
  const where = personal ?? (region === undefined ? "here" : "region");
  if (region !== undefined && !/^[a-z][a-z0-9-]{0,31}$/.test(region)) throw wrong("--region", region, "a region in small letters, such as eu");
  if (region !== undefined && where !== "region") throw wrong("--region", region, "--personal region beside it");
  if (budget !== undefined && !isAmount(budget)) throw wrong("--budget", budget, "an amount in USD over 0, such as 0.05");
  return { style: oneOf("--style", style, STYLES), personal: oneOf("--personal", where, PERSONAL), region: region ?? "eu", ...(budget === undefined ? {} : { budget }) };
}

function isAmount(text: string): boolean {
  return /^\d{1,9}(\.\d{1,6})?$/.test(text) && parseDecimal(text, 6, "down") > 0;
}

function oneOf<T extends string>(option: string, said: string, known: readonly T[]): T {
  const found = known.find((each) => each === said);
  if (found === undefined) throw wrong(option, said, known.join(", "));
  return found;
}

function wrong(option: string, found: string, expected: string): CaioError<"InvalidField"> {
  return new CaioError("InvalidField", `${option}: found ${JSON.stringify(found.slice(0, 40))}, expected ${expected}.`, { details: { option, expected } });
}
