import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";

import { parseYamlDocument, type Endpoint, type ServiceContract } from "@caio/contracts";
import { CaioError, type JsonObject } from "@caio/core";

import { jsonOf } from "./json-of.ts";
import { readText, unreadable } from "./read-text.ts";

/**
 * The contract with every schema that an endpoint names by path in its place. Paths lead from the folder of the contract and
 * never out of it, not even through a link: a contract must not read what lies elsewhere.
 *
 * @throws CaioError `NotFound`, `InvalidContract`
 */
export async function withSchemas(contract: ServiceContract, file: string): Promise<ServiceContract> {
  const endpoints: Endpoint[] = [];
  for (const endpoint of contract.api.endpoints) {
    const { inputSchema, outputSchema } = endpoint;
    endpoints.push({
      ...endpoint,
      ...(inputSchema === undefined ? {} : { inputSchema: await inlined(inputSchema, file) }),
      ...(outputSchema === undefined ? {} : { outputSchema: await inlined(outputSchema, file) }),
    });
  }
  return { ...contract, api: { ...contract.api, endpoints } };
}

async function inlined(schema: string | JsonObject, contractFile: string): Promise<JsonObject> {
  if (typeof schema !== "string") return schema;
  const file = await insidePath(schema, contractFile);
  const reading = parseYamlDocument(await readText(file, "InvalidContract"), { file });
  const value = reading.ok ? jsonOf(reading.document.value) : null;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(contractFile, schema, "a file that holds a JSON Schema");
  return Object.fromEntries(Object.entries(value));
}

async function insidePath(schema: string, contractFile: string): Promise<string> {
  if (isAbsolute(schema) || /^[a-z][a-z0-9+.-]*:/i.test(schema)) throw refuse(contractFile, schema, "a path below the folder of the contract");
  const named = resolve(dirname(contractFile), schema);
  try {
    const [folder, file] = await Promise.all([realpath(dirname(contractFile)), realpath(named)]);
    const inside = relative(folder, file);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw refuse(contractFile, schema, "a path below the folder of the contract");
    return file;
  } catch (error) {
    throw error instanceof CaioError ? error : unreadable(named, error);
  }
}

function refuse(file: string, found: string, expected: string): CaioError<"InvalidContract"> {
  const message = `${file}: found schema ${JSON.stringify(found)}, expected ${expected}.`;
  return new CaioError("InvalidContract", message, { details: { file, found, expected } });
}
