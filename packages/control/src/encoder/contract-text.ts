import type { Capability, Field, ParameterValue, ServiceContract } from "@caio/contracts";

import { fieldOf, PARTS, samplesOf } from "../field/samples.ts";
import type { AsyncEncoder, Encoder } from "./encoder.ts";

/** Texts that an encoder is given at a time: what waits for a slow one stays few, however large the registry. */
const AT_ONCE = 256;

/** What an encoding is made of. */
export type EncodedContract = Pick<
  ServiceContract,
  "serviceId" | "name" | "description" | "capabilities" | "models" | "metadata"
>;

/**
 * The text that stands for a contract, one part a line, in this order: name (else service id); description; category; tags;
 * each distinct capability of the service, then of its models in their order: its type, and per parameter that holds a word or a
 * set (by key, UTF-16) the key and its words. What was not said leaves no line.
 */
export function contractText(contract: EncodedContract): string {
  const { name, serviceId, description, metadata, capabilities, models } = contract;
  const lines = [name ?? serviceId];
  if (description !== undefined) lines.push(description);
  if (metadata.category !== undefined) lines.push(metadata.category);
  if (metadata.tags.length > 0) lines.push(metadata.tags.join(" "));
  const offered = [...capabilities, ...models.flatMap((model) => model.capabilities ?? [])];
  return [...lines, ...new Set(offered.map(capabilityText))].join("\n");
}

/**
 * e_s: the encoding of a contract, which the registry commits to (calculus §6): the field of its text, plus the mean of the fields of its
 * examples, if it has any.
 *
 * @example
 * ```ts
 * import { encodeContract, HashingEncoder } from "@caio/control";
 *
 * encodeContract(
 *   {
 *     serviceId: "lang-id", name: "Language identifier", description: "Says which language a text is in.",
 *     capabilities: [{ type: "language.identify", parameters: { languages: ["de", "en"] } }],
 *     models: [], metadata: { tags: ["text"], examples: ["Which language is this?"] },
 *   },
 *   new HashingEncoder(),
 * );
 * ```
 */
export function encodeContract(contract: EncodedContract, encoder: Encoder): Field {
  return withExamples(encodedTexts(contract).map((text) => encoder.encode(text)));
}

/** The same of several contracts, by any encoder: in one call where it takes several. @throws CaioError what the encoder throws */
export async function encodeContracts(contracts: readonly EncodedContract[], encoder: Encoder | AsyncEncoder): Promise<readonly Field[]> {
  const texts = contracts.map(encodedTexts);
  const all = texts.flat();
  const fields: Field[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) fields.push(...(await fieldsOf(all.slice(from, from + AT_ONCE), encoder)));
  let from = 0;
  return texts.map(({ length }) => withExamples(fields.slice(from, (from += length))));
}

async function fieldsOf(texts: readonly string[], encoder: Encoder | AsyncEncoder): Promise<readonly Field[]> {
  if (!("encodeAll" in encoder)) return await Promise.all(texts.map(async (text) => await encoder.encode(text)));
  return (await encoder.encodeAll(texts)).map(({ field }) => field);
}

/** A contract's text, then its examples. */
function encodedTexts(contract: EncodedContract): string[] {
  return [contractText(contract), ...(contract.metadata.examples ?? [])];
}

/** The first field plus the mean of the others, added in their order; the first as it is if it is alone. */
function withExamples([text = [], ...examples]: readonly Field[]): Field {
  if (examples.length === 0) return text;
  const sum = new Float64Array(PARTS);
  for (const example of examples) samplesOf(example).forEach((value, part) => (sum[part] = (sum[part] ?? 0) + value));
  return fieldOf(samplesOf(text).map((value, part) => value + (sum[part] ?? 0) / examples.length));
}

function capabilityText({ type, parameters }: Capability): string {
  const entries = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return [type, ...entries.flatMap(([key, value]) => parameterWords(key, value))].join(" ");
}

function parameterWords(key: string, value: ParameterValue): string[] {
  if (typeof value === "string") return [key, value];
  return isSet(value) ? [key, ...value] : [];
}

function isSet(value: ParameterValue): value is readonly string[] {
  return Array.isArray(value);
}
