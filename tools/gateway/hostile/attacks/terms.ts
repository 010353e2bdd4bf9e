import { pick, requestOf, type Attacker } from "../attack.ts";

const names: readonly [string, ...string[]] = ["caio-max-latency-ms", "caio-deadline-ms", "caio-max-cost", "caio-currency", "caio-data-labels", "caio-categories", "caio-policies", "caio-services", "caio-regions", "caio-max-locality", "caio-encryption", "caio-compliance", "caio-require", "caio-action", "caio-fallback", "idempotency-key", "x-request-id", "accept", "origin", "cookie"];

const texts: readonly [string, ...string[]] = ["0", "-1", "1e999", "NaN", "Infinity", "0.0000000000001", "9".repeat(400), "a,".repeat(3000), "__proto__", "constructor", "%00", "\x80\xff", ",,,", " ", "true", "null", "[]", "{}", "a".repeat(7000), "USD\tEUR", "-0", "1,000", "0x10", "1_000", "house", "none", "europe", "local", "on_device"];

const authorizations: readonly [string, ...string[]] = ["Bearer", "Bearer ", "bearer x", "Basic YTpi", "Bearer caio_", "Bearer caio_a_b", `Bearer caio_${"a".repeat(6000)}`, "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer a.b.c", "Bearer ..", `Bearer ${"e30.".repeat(2000)}`, "\x80", "Bearer a, Bearer b", "Digest x"];

const byHeader: Attacker = (random, { caller, prompt }) => {
  const headers = Object.fromEntries(Array.from({ length: 1 + Math.floor(random() * 3) }, () => [pick(random, names), pick(random, texts)]));
  const body = JSON.stringify({ model: "caio:auto", stream: random() < 0.3, messages: [{ role: "user", content: prompt }] });
  return { kind: "terms", bytes: requestOf({ path: "/v1/chat/completions", key: caller, headers, body }) };
};

const byMetadata: Attacker = (random, { caller, prompt }) => {
  const metadata = { [pick(random, names)]: pick(random, texts), [pick(random, names).replaceAll("-", "_")]: pick(random, texts) };
  return { kind: "terms in metadata", bytes: requestOf({ path: "/v1/chat/completions", key: caller, body: JSON.stringify({ model: "caio:auto", messages: [{ role: "user", content: prompt }], metadata }) }) };
};

const byKey: Attacker = (random, { admin }) => ({
  kind: "authorization",
  bytes: requestOf({ method: "GET", path: pick(random, ["/v1/models", "/api/v1/services", "/api/v1/keys"]), key: "", headers: { authorization: random() < 0.2 ? `Bearer ${admin.slice(0, -1)}` : pick(random, authorizations), "content-type": "" } }),
});

/** Requests that are hostile in what they ask for. */
export const terms: readonly Attacker[] = [byHeader, byMetadata, byKey];
