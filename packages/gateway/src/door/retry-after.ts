import type { CaioError } from "@caio/core";

/** Seconds to wait, rounded up, if the error says when it is worth while to come back (RFC 9110 §10.2.3). */
export function retryAfter({ details }: CaioError): string | undefined {
  const [seconds, ms] = [details["retry_after_s"], details["retry_after_ms"]];
  if (typeof seconds === "number") return String(Math.ceil(seconds));
  return typeof ms === "number" ? String(Math.ceil(ms / 1000)) : undefined;
}
