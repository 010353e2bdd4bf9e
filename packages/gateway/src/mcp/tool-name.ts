import { createHash } from "node:crypto";

/** Between the service and the tool. No service id holds an underscore, so the first one ends it. */
const SEPARATOR = "__";
/** With a service id of 63 characters and the separator this stays within the 128 that a tool's name may have. */
const PLAIN = /^(?!sha256-)[A-Za-z0-9_.-]{1,63}$/;

/**
 * The name under which a tool of a service is listed: `<service>__<tool>`, such as `mcp-memory__search_nodes`. A tool whose own name is
 * longer than 63 characters, or has others than `A-Z a-z 0-9 _ . -`, appears as `sha256-` and 32 digits of its digest, and so does one
 * whose name begins like that: two tools never share a name.
 */
export function federatedName(service: string, tool: string): string {
  return service + SEPARATOR + (PLAIN.test(tool) ? tool : `sha256-${createHash("sha256").update(tool).digest("hex").slice(0, 32)}`);
}

/** The service that a listed name belongs to. */
export function serviceOf(name: string): string {
  return name.split(SEPARATOR, 1)[0] ?? "";
}
