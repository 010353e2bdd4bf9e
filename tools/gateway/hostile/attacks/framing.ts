import { pick, requestOf, type Attack, type Attacker } from "../attack.ts";

const HIDDEN = "GET /api/v1/services HTTP/1.1\r\nhost: gateway\r\n\r\n";

/** Two readers of one of these could see two different requests. */
const smuggled: readonly [string, ...string[]] = [
  `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `content-length: 0\r\ncontent-length: 44\r\n\r\n${HIDDEN}`,
  `content-length: 0, 44\r\n\r\n${HIDDEN}`,
  `content-length: +5\r\n\r\nhello`,
  `content-length: -1\r\n\r\nhello`,
  `content-length: 0x5\r\n\r\nhello`,
  `content-length: 99999999999999999999\r\n\r\nhello`,
  `transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
  `transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  `transfer-encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `transfer-encoding:\tchunked\r\n\r\nffffffffffffffff\r\nx`,
  `transfer-encoding: chunked\r\n\r\n5;${"x".repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
  `transfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`,
  `transfer-encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n`,
  `x: a\r\n folded: b\r\ncontent-length: 2\r\n\r\n{}`,
  `x: a\nevil: b\r\ncontent-length: 2\r\n\r\n{}`,
  `x: a\0b\r\ncontent-length: 2\r\n\r\n{}`,
  `authorization: Bearer a\r\nauthorization: Bearer b\r\ncontent-length: 2\r\n\r\n{}`,
  `host: other\r\ncontent-length: 2\r\n\r\n{}`,
  `expect: 100-continue\r\ncontent-length: 2\r\n\r\n{}`,
  `expect: something\r\ncontent-length: 2\r\n\r\n{}`,
  `upgrade: h2c\r\nconnection: upgrade, http2-settings\r\ncontent-length: 2\r\n\r\n{}`,
  `upgrade: websocket\r\nconnection: upgrade\r\n\r\n`,
];

const firstLines: readonly [string, ...string[]] = [
  "GET / HTTP/0.9", "GET / HTTP/3.0", "GET / HTTP/1.1 x", "get /health HTTP/1.1", "PRI * HTTP/2.0\r\n\r\nSM", "TRACE /health HTTP/1.1", "CONNECT gateway:80 HTTP/1.1", "OPTIONS * HTTP/1.1",
  "GET http://other/health HTTP/1.1", "GET health HTTP/1.1", "PROPFIND / HTTP/1.1", "SEARCH /v1/models HTTP/1.1", "QUERY / HTTP/1.1", "GET  /health  HTTP/1.1", `GET /${"a".repeat(70_000)} HTTP/1.1`, "\r\n\r\nGET /health HTTP/1.1",
  "\0\0\0\0", "\x16\x03\x01\x02\x00\x01\x00\x01", "HEAD /health HTTP/1.1", "DELETE /v1/chat/completions HTTP/1.1",
];

const smuggle: Attacker = (random, { caller }) => ({ kind: "framing", bytes: Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${caller}\r\ncontent-type: application/json\r\n${pick(random, smuggled)}`, "latin1") });

const firstLine: Attacker = (random) => ({ kind: "request line", bytes: Buffer.from(`${pick(random, firstLines)}\r\nhost: gateway\r\nconnection: close\r\n\r\n`, "latin1") });

const manyHeaders: Attacker = (random, { caller }) => {
  const count = Math.floor(random() * 3000);
  const long = random() < 0.3;
  const headers = long ? { "x-long": "a".repeat(count * 20) } : Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${String(index)}`, "v"]));
  return { kind: "headers", bytes: requestOf({ method: "GET", path: "/v1/models", key: caller, headers }) };
};

const noise: Attacker = (random) => ({ kind: "noise", bytes: Buffer.from(Array.from({ length: 1 + Math.floor(random() * 400) }, () => Math.floor(random() * 256))) });

/** Sends a piece at a time, or leaves in the middle. */
const slow: Attacker = (random, { caller, prompt }): Attack => {
  const body = JSON.stringify({ model: "caio:auto", stream: random() < 0.5, messages: [{ role: "user", content: prompt }] });
  const bytes = requestOf({ path: "/v1/chat/completions", key: caller, body });
  const leaves = random() < 0.6;
  return { kind: leaves ? "leaves" : "slow", bytes: leaves ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes, pieces: 2 + Math.floor(random() * 5), leaves };
};

/** Requests that are hostile in how they are framed. */
export const framing: readonly [Attacker, ...Attacker[]] = [smuggle, firstLine, manyHeaders, noise, slow];
