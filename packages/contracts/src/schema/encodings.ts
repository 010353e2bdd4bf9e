import { z } from "zod";

/** Ids of services, policies, rules and tenants (formats, Encodings). */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Ids of models. */
export const modelIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
/** Dotted path of at most eight segments. */
export const capabilityTypePattern = /^[a-z0-9][a-z0-9_-]{0,62}(?:\.[a-z0-9][a-z0-9_-]{0,62}){0,7}$/;
/** Semantic version 2.0.0. */
export const versionPattern =
  /^(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})\.(?:0|[1-9]\d{0,8})(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
/** A label, category, permission, tag: a short word without white space. */
export const wordPattern = /^[^\s\p{C}]{1,128}$/u;

export const id: z.ZodString = patterned(idPattern, "an id of lower-case letters, digits and hyphens, at most 63 long");
export const modelId: z.ZodString = patterned(modelIdPattern, "a model id of letters, digits and . _ : / @ -, at most 128 long");
export const capabilityType: z.ZodString = patterned(
  capabilityTypePattern,
  "a dotted path of lower-case segments, such as inference.chat",
);
export const version: z.ZodString = patterned(versionPattern, "a semantic version in text, such as 1.2.0");
export const word: z.ZodString = patterned(wordPattern, "a word without white space, at most 128 long");
export const parameterName: z.ZodString = patterned(
  /^[A-Za-z][A-Za-z0-9_-]{0,62}$/,
  "a name of letters, digits, _ and -, at most 63 long",
);
/** A request as it is asked, in a contract. */
export const exampleText: z.ZodString = z.string().min(1).max(2048);
export const currency: z.ZodString = patterned(/^[A-Z]{3}$/, "a currency of three capital letters, such as USD");
export const mediaType: z.ZodString = patterned(
  /^[A-Za-z0-9!#$&^_.+-]{1,127}\/[A-Za-z0-9!#$&^_.+-]{1,127}$/,
  "a media type such as text/plain",
);
export const digestText: z.ZodString = patterned(/^[0-9a-f]{64}$/, "64 lower-case hex digits");
/** An environment variable or an absolute file: where a secret is, never the secret. */
export const secretReference: z.ZodString = patterned(
  /^(?:env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\s\p{C}]{1,1000})$/u,
  "a reference: env:NAME or file:/path (never the secret itself)",
);

/** Sorted by UTF-16 code units, without repeats. */
export function sortedUnique<Item extends string>(items: readonly Item[]): Item[] {
  return [...new Set(items)].sort();
}

/** A list read as a set. */
export function setOf(item: z.ZodType<string, string>): z.ZodType<string[], string[]> {
  return z.array(item).transform(sortedUnique);
}

/** Text of a pattern; `expected` says the pattern in words. */
export function patterned(pattern: RegExp, expected: string): z.ZodString {
  return z.string().regex(pattern, { error: expected });
}
