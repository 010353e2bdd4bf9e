import type { ServiceCall } from "../service-executor.ts";

/**
 * A call's place in a trace under the names of W3C Trace Context: headers where there are headers, `_meta` in MCP (SEP-414). Empty for a call that
 * is in none.
 */
export function traceFields({ trace }: Pick<ServiceCall, "trace">): Readonly<Record<string, string>> {
  if (trace === undefined) return {};
  const { traceparent, tracestate } = trace;
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}
