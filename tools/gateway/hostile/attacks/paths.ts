import { pick, requestOf, type Attacker } from "../attack.ts";

const roots: readonly [string, ...string[]] = ["/v1/models/", "/api/v1/services/", "/api/v1/traces/", "/api/traces/", "/api/v1/policies/", "/api/v1/keys/", "/v1/", "/api/v1/", "/", "/mcp/", "/a2a/", "/.well-known/", "/configurations/"];

const tricks: readonly [string, ...string[]] = [
  "..%2f..%2fetc%2fpasswd", "../../etc/passwd", "%2e%2e/%2e%2e/health", "%00", "a%00b", "%", "%zz", "%c0%ae%c0%ae", "%ff%fe", "%F0%9F%98%80", "a;b=c", "//health", "\\..\\x", "%5c%2e", "__proto__", "constructor", "prototype",
  "toString", "hasOwnProperty", "-1", "1e999", "NaN", "0".repeat(300), "a".repeat(5000), "a/bundle", "..;/services", ".", "%2f", "%25252e", "*", "victim%0d%0aset-cookie:x", "victim/health", "victim?x[__proto__][y]=1", "house/versions/1e9",
  "house/versions/-1", "house/diff?from=999999999999999999999", "house/diff?from=1&from=2", "house/versions/0x1", "f".repeat(64), `${"f".repeat(64)}/bundle`, "log/inclusion?index=-1&size=1e9", "log/inclusion?index=0&size=99999999999999999999",
  "log/consistency?from=5&to=1", "log/consistency?from=0&to=0", "log/tile/0/000", "log/tile/99/x999", "discover?capability=%00", "discover?capability=__proto__", "discover?capability=a&capability=b", "discover", "events", "services?limit=1e400", "policies/audit?limit=-1",
];

const byPath: Attacker = (random, { admin, caller }) => {
  const method = pick(random, ["GET", "GET", "GET", "PUT", "DELETE", "POST", "PATCH"]);
  const body = method === "GET" || method === "DELETE" ? "" : pick(random, ["{}", "[]", "null", "", "\"x\"", "1"]);
  // A policy or a service of the target's own is left alone: what is attacked is the gateway.
  const trick = pick(random, tricks);
  const harmless = method === "GET" || !/^(victim|house)/.test(trick);
  const path = `${pick(random, roots)}${trick}`;
  return { kind: "path", bytes: requestOf({ method: harmless ? method : "GET", path, key: random() < 0.5 ? admin : caller, body: harmless ? body : "", ...(body === "" ? { headers: { "content-type": "" } } : {}) }) };
};

/** Requests that are hostile in what they name. */
export const paths: readonly Attacker[] = [byPath];
