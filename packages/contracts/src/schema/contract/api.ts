import type { JsonValue } from "@caio/core";
import { z } from "zod";

import type { Api, Endpoint, Protocol } from "../../service-contract.ts";
import { integer, refuseIssue } from "../decimal.ts";
import { capabilityType, id, patterned, secretReference } from "../encodings.ts";
import { jsonObject } from "../json-value.ts";
import { mapping } from "../mapping.ts";
import { webAddress } from "../web-address.ts";

/** One that everybody knows, or one's own: `x-` and 1 … 31 small letters, digits and hyphens, the first no hyphen. */
export const protocol: z.ZodType<Protocol, string> = z.union([
  z.enum(["http", "openai", "mcp", "a2a", "nats", "inprocess"]),
  z.templateLiteral(["x-", z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/)]),
]);
export const methods = ["GET", "POST", "PUT"] as const;
export const authSchemes = ["bearer", "basic", "header"] as const;
/** How often health is asked where a contract does not say, in milliseconds. */
const DEFAULT_HEALTH_INTERVAL_MS = 5000;

export const urlPath: z.ZodString = patterned(/^\/[^\s\p{C}]{0,1023}$/u, "a path that begins with /");
/** Relative, and never upwards. */
export const schemaFile: z.ZodString = patterned(/^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,254}$/, "a relative file path without ..");
export const toolName: z.ZodString = patterned(/^[^\s\p{C}]{1,128}$/u, "a tool's name without white space");
export const headerName: z.ZodString = patterned(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, "a header's name");

/** A JSON Schema inside a contract. It goes into certificates, which hold no fractions, so its numbers are integers. */
export const inlineSchema: typeof jsonObject = jsonObject.superRefine((schema, context) => {
  const place = fractionIn(schema, []);
  if (place !== undefined) refuseIssue(context, { found: "a fraction", expected: "integers only in an inline schema; scale the unit" }, place);
});

const schema = z.union([schemaFile, inlineSchema]);

const endpoint: z.ZodType<Endpoint> = mapping({
  capability: capabilityType.exactOptional(),
  path: urlPath.exactOptional(),
  method: z.enum(methods).exactOptional(),
  tool: toolName.exactOptional(),
  input_schema: schema.exactOptional(),
  output_schema: schema.exactOptional(),
}).transform(
  ({ input_schema: inputSchema, output_schema: outputSchema, ...rest }): Endpoint => ({
    ...rest,
    ...(inputSchema === undefined ? {} : { inputSchema }),
    ...(outputSchema === undefined ? {} : { outputSchema }),
  }),
);

/** `api:`. The transport of an MCP service is written out: stdio where a server is named, else http. */
export const api: z.ZodType<Api> = mapping({
  protocol,
  base_url: webAddress.exactOptional(),
  transport: z.enum(["http", "stdio"]).exactOptional(),
  server: id.exactOptional(),
  endpoints: z.array(endpoint).exactOptional(),
  health: mapping({ path: urlPath, interval_ms: integer(1, 86_400_000).exactOptional() }).exactOptional(),
  auth: mapping({
    scheme: z.enum(authSchemes),
    secret: secretReference,
    header: headerName.exactOptional(),
  }).exactOptional(),
}).transform((raw): Api => {
  const transport = raw.transport ?? (raw.protocol === "mcp" ? (raw.server === undefined ? "http" : "stdio") : undefined);
  return {
    protocol: raw.protocol,
    ...(raw.base_url === undefined ? {} : { baseUrl: raw.base_url }),
    ...(transport === undefined ? {} : { transport }),
    ...(raw.server === undefined ? {} : { server: raw.server }),
    endpoints: raw.endpoints ?? [],
    ...(raw.health === undefined
      ? {}
      : { health: { path: raw.health.path, intervalMs: raw.health.interval_ms ?? DEFAULT_HEALTH_INTERVAL_MS } }),
    ...(raw.auth === undefined ? {} : { auth: raw.auth }),
  };
});

function fractionIn(value: JsonValue, path: readonly (string | number)[]): (string | number)[] | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? undefined : [...path];
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = fractionIn(member, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
