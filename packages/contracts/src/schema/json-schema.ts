import type { JsonObject } from "@caio/core";
import { z } from "zod";

import { contractDocument } from "./contract/contract-document.ts";
import { requestDocument } from "./request/request-document.ts";
import { historyDocument } from "./state/history-document.ts";
import { principalDocument } from "./state/principal-document.ts";

/**
 * The JSON Schema (draft 2020-12) of what a document's schema accepts, for editors. It is looser than the parser where JSON
 * Schema cannot say a check.
 */
export function documentJsonSchema(schema: z.ZodType, title: string): JsonObject {
  const json = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    unrepresentable: "any",
    reused: "ref",
    override: ({ jsonSchema }) => {
      // `x-` keys are free in every mapping of ours.
      if (jsonSchema.type === "object" && jsonSchema.properties !== undefined) jsonSchema.patternProperties = { "^x-": {} };
    },
  });
  return { title, ...toPlain(json) };
}

/** JSON Schema of contract files, in both spellings. */
export function contractJsonSchema(): JsonObject {
  const flat = documentJsonSchema(contractDocument(), "CAIO service contract");
  const { $schema, title, $defs, properties, required, ...rest } = flat;
  const sections = asObject(properties);
  const { service_id: id, ...shared } = sections;
  const service = { ...rest, properties: { id: id ?? {}, ...shared }, required: ["id"] };
  return {
    $schema: $schema ?? "",
    title: title ?? "",
    ...($defs === undefined ? {} : { $defs }),
    anyOf: [
      { ...rest, properties: sections, required: required ?? [] },
      { ...rest, properties: { service, ...shared }, required: ["service"] },
    ],
  };
}

/** JSON Schema of request documents. */
export function requestJsonSchema(): JsonObject {
  return documentJsonSchema(requestDocument(), "CAIO request");
}

/** JSON Schema of principal files. */
export function principalJsonSchema(): JsonObject {
  return documentJsonSchema(principalDocument, "CAIO principal");
}

/** JSON Schema of history files. */
export function historyJsonSchema(): JsonObject {
  return documentJsonSchema(historyDocument(), "CAIO history");
}

/** Without the members that are not JSON. */
function toPlain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
