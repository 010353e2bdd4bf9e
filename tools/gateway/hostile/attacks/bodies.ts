import { gzipSync } from "node:zlib";

import { pick, requestOf, type Attacker, type Random } from "../attack.ts";
import { hostileValue } from "../hostile-value.ts";

const places: readonly [string, ...string[]] = ["/v1/chat/completions", "/v1/chat/completions", "/v1/embeddings", "/api/v1/orchestrate", "/api/v1/route", "/api/route", "/api/v1/verify", "/api/discover"];

/** For admins alone. */
const adminPlaces: readonly [string, ...string[]] = ["/api/v1/services", "/api/services/register", "/api/v1/policies", "/api/v1/policies/validate", "/api/v1/keys", "/api/v1/services/none/drain", "/api/v1/policies/none/rollback"];

function sound(path: string, prompt: string): Record<string, unknown> {
  if (path.startsWith("/v1/chat")) return { model: "caio:auto", messages: [{ role: "user", content: prompt }], stream: false, max_tokens: 5, metadata: { team: "x" }, n: 1, tools: [], stream_options: { include_usage: true } };
  if (path.startsWith("/v1/emb")) return { model: "caio:auto", input: [prompt] };
  if (path.includes("discover")) return { capability: "inference.chat" };
  if (path.includes("services")) return { service_id: "other", version: "1.0.0", capabilities: ["inference.chat"], cost: { model: "free" }, guarantees: { latency_ms: 5 }, api: { protocol: "http", base_url: "http://127.0.0.1:9" }, access: { permissions: ["nobody"] } };
  if (path.includes("policies")) return { caio_policy: 1, id: "other", limits: { deadline_ms: 5 }, rules: [{ id: "a", when: "true", deny: true, reason: "r" }] };
  if (path.includes("keys")) return { subject: "x", tenant: "acme", permissions: ["a"], trust: 1 };
  return { caio_request: 1, intent: { text: prompt }, requirements: { capabilities: [{ type: "inference.chat" }], constraints: {} }, limits: { latency_ms: 50 }, data: { payload: { messages: [{ role: "user", content: prompt }] } } };
}

/** One or two members, at any depth, become what they may not be; or new ones come in. */
function spoilt(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random() < 0.25) return hostileValue(random);
  if (Array.isArray(value)) return value.length === 0 || random() < 0.2 ? [...(value as unknown[]), hostileValue(random)] : value.map((each: unknown, index) => (index === 0 ? spoilt(each, random) : each));
  const entries = Object.entries(value);
  if (random() < 0.2) return { ...value, [pick(random, ["__proto__ ", "constructor", "toJSON", "then", "length", "stream", "caio", ""])]: hostileValue(random) };
  const at = Math.floor(random() * entries.length);
  return Object.fromEntries(entries.map(([name, each], index) => [name, index === at ? spoilt(each, random) : each]));
}

const wrongTypes: Attacker = (random, { admin, caller, prompt }) => {
  const forAdmin = random() < 0.35;
  const path = pick(random, forAdmin ? adminPlaces : places);
  const body = JSON.stringify(spoilt(sound(path, prompt), random));
  return { kind: forAdmin ? "wrong types, admin" : "wrong types", bytes: requestOf({ path, key: forAdmin || random() < 0.2 ? admin : caller, body }) };
};

function rawTexts(random: Random, prompt: string): Buffer | string {
  const depth = 10 ** (1 + Math.floor(random() * 5));
  const whole = JSON.stringify({ model: "caio:auto", messages: [{ role: "user", content: prompt }] });
  return pick<Buffer | string>(random, [
    `${"[".repeat(depth)}${"]".repeat(depth)}`, `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`, "[".repeat(depth), `{"model":"caio:auto","messages":[{"role":"user","content":${'{"a":['.repeat(depth / 10)}1${"]}".repeat(depth / 10)}}]}`,
    `{"model":"caio:auto","x":${"[".repeat(depth)}${"]".repeat(depth)},"messages":[{"role":"user","content":"a"}]}`,
    whole.replace("{", '{"model":"none",'), `{"__proto__":{"admin":true},"model":"caio:auto","messages":[{"role":"user","content":"a"}]}`, `{"constructor":{"prototype":{"x":1}},${whole.slice(1)}`,
    whole.replace("{", '{"temperature":1e999,'), whole.replace("{", '{"max_tokens":9007199254740993,'), whole.replace("{", `{"seed":${"9".repeat(5000)},`), whole.replace("{", '{"top_p":-0,"x":1E-400,'), `\uFEFF${whole}`, `${whole}${whole}`, `${whole}\0`,
    Buffer.concat([Buffer.from(whole.slice(0, -5)), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(whole.slice(-5))]), whole.replace(prompt, "\\ud800"), whole.replace(prompt, "\\u0000".repeat(1000)), Buffer.from(whole, "utf16le"),
    gzipSync(whole), "NaN", "undefined", "", " ", "\"", "{", "{'a':1}", "// x\n{}", `{"model":"caio:auto","messages":[${'{"role":"user","content":"x"},'.repeat(5000).slice(0, -1)}]}`, whole.replace(prompt, "x".repeat(900_000)), "x".repeat(1_200_000),
  ]);
}

const rawBodies: Attacker = (random, { admin, caller, prompt }) => {
  const type = pick(random, ["application/json", "application/json", "application/json", "application/json; charset=utf-16", "text/plain", "application/yaml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", "application/json;;;", "a/b".repeat(500)]);
  const headers = { "content-type": type, ...(random() < 0.1 ? { "content-encoding": pick(random, ["gzip", "br", "deflate", "x"]) } : {}) };
  return { kind: "raw body", bytes: requestOf({ path: pick(random, random() < 0.2 ? adminPlaces : places), key: random() < 0.3 ? admin : caller, body: rawTexts(random, prompt), headers }) };
};

const yaml: readonly [string, ...string[]] = [
  `a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: &d [*c,*c,*c]\ne: [*d,*d,*d]\n`, `${"- ".repeat(5000)}x`, "[".repeat(12_000), `${"{a: ".repeat(3000)}1`, "service_id: a\nservice_id: b\n", "!!js/function x", "? a\n: b\n", "--- a\n--- b\n", "__proto__: { a: 1 }\n", "version: .nan\n", "%YAML 9.9\n---\na: b", "a: \"\\x", "\t a: b", "x: !!binary ////", `a: ${"b".repeat(500_000)}`,
];

const yamlBodies: Attacker = (random, { admin }) => ({ kind: "yaml", bytes: requestOf({ path: pick(random, ["/api/v1/services", "/api/v1/policies", "/api/v1/policies/validate", "/api/v1/orchestrate", "/api/v1/verify"]), key: admin, body: pick(random, yaml), headers: { "content-type": "application/yaml" } }) });

/** Requests that are hostile in what they hold. */
export const bodies: readonly Attacker[] = [wrongTypes, wrongTypes, rawBodies, yamlBodies];
