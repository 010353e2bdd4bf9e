import { extendCatalogue, parseYamlDocument, problemsError, type AlgebraRow, type OwnAlgebra, type PropertyDefinition, type PropertyDirection, type PropertyJoin, type PropertyUnit } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { z } from "zod";

import { jsonOf } from "./json-of.ts";
import { readText } from "./read-text.ts";

/** Names of a type, all of them: one that is added to it and not here does not compile. */
type Each<Name extends string> = { readonly [N in Name]: N };

const join = z.enum({ sum: "sum", max: "max", min: "min" } satisfies Each<PropertyJoin>);
const row = z.enum({
  ...{ latency: "latency", availability: "availability", accuracy: "accuracy", throughput: "throughput" },
  ...{ undetected_error: "undetected_error", detected_error: "detected_error", determinism: "determinism" },
} satisfies Each<AlgebraRow>);
const definitions = z.array(z.strictObject({
  name: z.string(),
  unit: z.enum({ us: "us", micros: "micros" } satisfies Each<PropertyUnit>),
  direction: z.enum({ lower: "lower", higher: "higher", flag: "flag" } satisfies Each<PropertyDirection>),
  ratio: z.boolean(),
  row: z.union([row, z.strictObject({ seq: join, par: join, fallback: join, retry: z.enum({ times: "times", same: "same" } satisfies Each<OwnAlgebra["retry"]>) })]),
  defaultCoveragePpm: z.int(),
  spellings: z.array(z.strictObject({ spelling: z.string(), digits: z.int(), coveragePpm: z.int().exactOptional() })).min(1),
}));

/**
 * The properties that everyone knows, and those of a file: a list of definitions, as `extendCatalogue` takes them, in JSON or YAML.
 *
 * @throws CaioError `NotFound`; `InvalidField` for what is no such list, and for a definition whose bounds would not hold, with the reason
 */
export async function loadProperties(file: string): Promise<readonly PropertyDefinition[]> {
  const reading = parseYamlDocument(await readText(file, "InvalidField"), { file });
  if (!reading.ok) throw problemsError("InvalidField", reading.problems);
  const parsed = definitions.safeParse(jsonOf(reading.document.value));
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: "" }] = parsed.error.issues;
    const place = reading.document.locate(path);
    throw unusable(file, `${file}:${String(place.line)}:${String(place.column)}: at ${path.length === 0 ? "its root" : path.join(".")}: ${message}.`);
  }
  try {
    return extendCatalogue(...parsed.data);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unusable(file, `${file}: ${error.message}`);
  }
}

function unusable(file: string, found: string): CaioError<"InvalidField"> {
  const expected = "a list of property definitions, as extendCatalogue of @caio/contracts takes them";
  return new CaioError("InvalidField", `${found} Expected ${expected}.`, { details: { file, expected } });
}
