import type { CaioError } from "@caio/core";

/** Faults of a store that pass by themselves (`storeFaults`): it is worth while to come back soon. */
const PASSING = new Set<unknown>(["unreachable", "conflict"]);

/** Seconds to wait, rounded up, if the error says when it is worth while to come back (RFC 9110 §10.2.3). */
export function retryAfter({ code, details }: CaioError): string | undefined {
  const [seconds, ms] = [details["retry_after_s"], details["retry_after_ms"]];
  if (typeof seconds === "number") return String(Math.ceil(seconds));
  if (typeof ms === "number") return String(Math.ceil(ms / 1000));
  return code === "ServiceUnavailable" && PASSING.has(details["reason"]) ? "1" : undefined;
}
