import type { CaioErrorCode, JsonValue } from "@caio/core";
import type { z } from "zod";

import type { DocumentValue } from "../document/decimal-text.ts";
import { problemsError } from "../document/problem.ts";
import { schemaProblems } from "../document/schema-problems.ts";
import { fromWire } from "../wire.ts";

/**
 * The value of a normalised JSON in camelCase, checked by the schema of that form. The caller vouches that the schema
 * describes the wire form of the type it reads.
 *
 * @throws CaioError with the code given and all problems in its details
 */
export function readNormalForm(wire: JsonValue, schema: z.ZodType, code: CaioErrorCode, noun: string): unknown {
  const parsed = schema.safeParse(wire);
  if (parsed.success) return fromWire(parsed.data as JsonValue);
  const document = {
    file: `<normalised ${noun}>`,
    value: wire as DocumentValue,
    locate: () => ({ line: 1, column: 1 }),
  };
  throw problemsError(code, schemaProblems(parsed.error.issues, document));
}
