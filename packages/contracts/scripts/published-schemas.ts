import { contractJsonSchema, historyJsonSchema, principalJsonSchema, requestJsonSchema } from "../src/index.ts";

/** The files of `schemas/` and their text. */
export function publishedSchemas(): (readonly [string, string])[] {
  const schemas = {
    "contract.schema.json": contractJsonSchema(),
    "request.schema.json": requestJsonSchema(),
    "principal.schema.json": principalJsonSchema(),
    "history.schema.json": historyJsonSchema(),
  };
  return Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]);
}
