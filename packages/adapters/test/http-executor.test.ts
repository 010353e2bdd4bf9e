import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from "node:net";

import type { Api, ServiceContract } from "@caio/contracts";
import { afterEach, describe, expect, it } from "vitest";

import { HttpExecutor, type HttpExecutorOptions } from "../src/index.ts";
import { callTo, contractFor, noSignal, rejection } from "./sample-call.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function executor(options: HttpExecutorOptions = {}): HttpExecutor {
  const made = new HttpExecutor(options);
  cleanups.push(() => made.close());
  return made;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => new Promise((resolve) => server.close(() => { resolve(); })));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A service that speaks HTTP properly. */
async function web(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<string> {
  return await listening(
    createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => { body += chunk; }).on("end", () => { answer(request, body, response); });
    }),
  );
}

/** A service that writes what it likes once a request has come. */
async function raw(write: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const url = await listening(
    createSocketServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket)).once("data", () => { write(socket); });
    }),
  );
  cleanups.push(() => { for (const socket of sockets) socket.destroy(); return Promise.resolve(); });
  return url;
}

function at(baseUrl: string, api: Partial<Api> = {}): ServiceContract {
  return contractFor({ baseUrl, endpoints: [{ path: "/run" }], ...api });
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

describe("a call over HTTP", () => {
  it("posts the payload under the base URL's path, with the headers of the call, and reads output and usage", async () => {
    const url = await web((request, body, response) => {
      response.setHeader("caio-input-tokens", "3");
      json(response, { url: request.url, method: request.method, body: JSON.parse(body) as unknown, headers: request.headers });
    });
    const contract = at(`${url}/v1/`, { endpoints: [{ path: "/run", method: "PUT" }] });
    const result = await executor().execute(callTo(contract, { model: "small", maxOutputTokens: 9 }), noSignal());
    expect(result).toMatchObject({
      usage: { inputTokens: 3 },
      output: {
        url: "/v1/run",
        method: "PUT",
        body: { text: "hello" },
        headers: {
          "content-type": "application/json",
          "idempotency-key": "attempt-1",
          "caio-decision-id": "d".repeat(64),
          "caio-deadline-ms": "20000",
          "caio-model": "small",
          "caio-max-output-tokens": "9",
        },
      },
    });
  });

  it("sends the payload of a GET as its query, and refuses one that no query holds", async () => {
    const url = await web((request, _body, response) => { json(response, request.url); });
    const contract = at(url, { endpoints: [{ path: "/run", method: "GET" }] });
    const sent = await executor().execute(callTo(contract, { payload: { text: "a&b", n: 2 } }), noSignal());
    expect(sent.output).toBe("/run?text=a%26b&n=2");
    for (const payload of ["text", [1], { deep: {} }]) {
      await expect(executor().execute(callTo(contract, { payload }), noSignal())).rejects.toMatchObject({ code: "ExecutionFailed", details: { not_sent: true } });
    }
  });

  it("cannot be led to another host by a path", async () => {
    const url = await web((request, _body, response) => { json(response, request.url); });
    const contract = at(url, { endpoints: [{ path: "//evil.example/run" }] });
    expect((await executor().execute(callTo(contract), noSignal())).output).toBe("/evil.example/run");
  });

  it.each([
    [200, "text/html", "<p>", "ExecutionFailed"],
    [200, "application/json", "{", "ExecutionFailed"],
    [200, "application/json", "", "ExecutionFailed"],
    [200, "application/json", "1e400", "ExecutionFailed"],
    [200, "application/json", "[".repeat(100_000), "ExecutionFailed"],
    [200, "application/json", "[".repeat(1000) + "]".repeat(1000), "ExecutionFailed"],
    [302, "application/json", "{}", "ExecutionFailed"],
    [404, "text/plain", "no", "ExecutionFailed"],
    [429, "text/plain", "later", "ServiceUnavailable"],
    [500, "application/json", "[1]", "ExecutionFailed"],
    [503, "text/plain", "down", "ServiceUnavailable"],
    [504, "text/plain", "late", "DeadlineExceeded"],
  ])("takes status %i, %s, %j for %s", async (status, type, body, code) => {
    const url = await web((_request, _body, response) => {
      response.writeHead(status, { "content-type": type, location: "http://127.0.0.1:1/" }).end(body);
    });
    await expect(executor().execute(callTo(at(url)), noSignal())).rejects.toMatchObject({ code, details: { service: "sample" } });
  });

  it("keeps the code that a service gives, never its message", async () => {
    const url = await web((_request, _body, response) => { json(response, { error: { code: "InvalidRequest", message: "bad mail a@b.example" } }, 400); });
    const error = await rejection(executor().execute(callTo(at(url)), noSignal()));
    expect(error).toMatchObject({ code: "ExecutionFailed", details: { status: 400, remote_code: "InvalidRequest" } });
    expect(JSON.stringify(error)).not.toContain("a@b.example");
  });
});

describe("a service that misbehaves on the wire", () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  it.each<[string, (socket: Socket) => void, string]>([
    ["hangs", () => undefined, "DeadlineExceeded"],
    ["hangs in the body", (socket) => socket.write(`${head}content-length: 100\r\n\r\n{"a":`), "DeadlineExceeded"],
    ["closes without an answer", (socket) => socket.end(), "ServiceUnavailable"],
    ["resets the connection", (socket) => socket.resetAndDestroy(), "ServiceUnavailable"],
    ["dies in the body", (socket) => socket.end(`${head}content-length: 100\r\n\r\n{"a":`), "ServiceUnavailable"],
    ["writes garbage", (socket) => socket.end("\u0000\u0001garbage\r\n\r\n"), "ExecutionFailed"],
    ["sends 10 000 headers", (socket) => socket.end(`${head}${Array.from({ length: 10_000 }, (_, n) => `x-${String(n)}: 1\r\n`).join("")}\r\n{}`), "ExecutionFailed"],
    ["says a length it does not keep", (socket) => socket.end(`${head}content-length: 2\r\n\r\n{}{}{}`), "none"],
  ])("%s: %s", async (_name, write, code) => {
    const url = await raw(write);
    const caller = executor();
    const call = caller.execute(callTo(at(url), { deadlineUs: code === "DeadlineExceeded" ? 100_000 : 20_000_000 }), noSignal());
    if (code === "none") await expect(call).resolves.toEqual({ output: {} });
    else await expect(call).rejects.toMatchObject({ code });
  });

  it("sends an endless body: it is cut at the limit, and the connection is ended", async () => {
    let sent = 0;
    const ended = new Promise<void>((resolve) => {
      cleanups.push(() => Promise.resolve());
      void raw((socket) => {
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
        const pump = (): void => { while (!socket.destroyed && socket.write(`10000\r\n${" ".repeat(65_536)}\r\n`)) sent += 65_536; };
        socket.on("drain", pump).on("close", () => { resolve(); });
        pump();
      }).then(async (url) => {
        const error = await rejection(executor({ maxResponseBytes: 100_000 }).execute(callTo(at(url)), noSignal()));
        expect(error).toMatchObject({ code: "ExecutionFailed", details: { reason: "UND_ERR_RES_EXCEEDED_MAX_SIZE" } });
      });
    });
    await ended;
    expect(sent).toBeLessThan(20_000_000);
  });

  it("is not there at all", async () => {
    await expect(executor().execute(callTo(at("http://127.0.0.1:1")), noSignal())).rejects.toMatchObject({
      code: "ServiceUnavailable",
      details: { reason: "ECONNREFUSED" },
    });
  });

  it("drips a byte now and then: the deadline holds all the same", async () => {
    const url = await raw((socket) => {
      socket.write(`${head}content-length: 1000\r\n\r\n`);
      const timer = setInterval(() => socket.write(" "), 10);
      socket.on("close", () => { clearInterval(timer); });
    });
    await expect(executor().execute(callTo(at(url), { deadlineUs: 100_000 }), noSignal())).rejects.toMatchObject({ code: "DeadlineExceeded" });
  });

  it("still serves others while one hangs, and tells an aborted service to stop", async () => {
    const caller = executor();
    let stopped: (() => void) | undefined;
    const closed = new Promise<void>((resolve) => { stopped = resolve; });
    const hanging = await raw((socket) => { socket.on("close", () => stopped?.()); });
    const fine = await web((_request, _body, response) => { json(response, "fine"); });
    const abort = new AbortController();
    const stuck = rejection(caller.execute(callTo(at(hanging)), abort.signal));
    expect((await caller.execute(callTo(at(fine)), noSignal())).output).toBe("fine");
    abort.abort();
    expect(await stuck).toMatchObject({ code: "ExecutionFailed", details: { cancelled: true } });
    await closed;
  });
});

describe("places that may not be reached", () => {
  const resolveTo = (...addresses: string[]): HttpExecutorOptions => ({
    resolveHost: (_host, callback) => {
      callback(null, addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
    },
  });

  it.each([
    ["http://169.254.169.254/latest", "external"],
    ["http://10.0.0.1", "external"],
    ["http://127.0.0.1:9", "external"],
    ["http://2130706433:9", "external"],
    ["http://0x7f.1:9", "private_cloud"],
    ["http://[::1]:9", "external"],
    ["http://[::ffff:127.0.0.1]:9", "local"],
    ["http://93.184.216.34", "local"],
  ] as const)("%s of a contract that is %s", async (baseUrl, locality) => {
    const contract = contractFor({ baseUrl, endpoints: [] }, locality);
    const error = await rejection(executor().execute(callTo(contract), noSignal()));
    expect(error).toMatchObject({ code: "ServiceUnavailable" });
    expect(error.message).toContain("not allowed");
  });

  it("a name that resolves to one of them, even among others", async () => {
    const contract = contractFor({ baseUrl: "http://service.test", endpoints: [] }, "external");
    for (const addresses of [["169.254.169.254"], ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], []]) {
      const error = await rejection(executor(resolveTo(...addresses)).execute(callTo(contract), noSignal()));
      expect(error).toMatchObject({ code: "ServiceUnavailable" });
      expect(error.message).toContain("not allowed");
    }
  });

  it("connects to the address that was checked, and to what the operator allows", async () => {
    const url = await web((request, _body, response) => { json(response, request.headers.host); });
    const named = url.replace("127.0.0.1", "service.test");
    const local = executor(resolveTo("127.0.0.1"));
    expect((await local.execute(callTo(at(named)), noSignal())).output).toBe(new URL(named).host);
    const external = contractFor({ baseUrl: url, endpoints: [] }, "external");
    const allowed = executor({ allow: (target) => target.origin === url });
    expect((await allowed.execute(callTo(external), noSignal())).output).toBe(new URL(url).host);
  });

  it.each(["ftp://127.0.0.1", "http://user:password@127.0.0.1", "nonsense", undefined])("base URL %s", async (baseUrl) => {
    const contract = contractFor(baseUrl === undefined ? {} : { baseUrl });
    const error = await rejection(executor().execute(callTo(contract), noSignal()));
    expect(error).toMatchObject({ code: "ServiceUnavailable" });
    expect(JSON.stringify(error)).not.toContain("password");
  });
});

describe("secrets", () => {
  const secret = "sk-very-secret";

  it.each([
    [{ scheme: "bearer", secret: "env:KEY" }, "authorization", `Bearer ${secret}`],
    [{ scheme: "basic", secret: "env:KEY" }, "authorization", `Basic ${Buffer.from(secret).toString("base64")}`],
    [{ scheme: "header", secret: "env:KEY", header: "X-Api-Key" }, "x-api-key", secret],
  ] as const)("are sent as %o", async (auth, header, value) => {
    const url = await web((request, _body, response) => { json(response, request.headers[header]); });
    const asked: string[] = [];
    const caller = executor({ resolveSecret: (reference) => { asked.push(reference); return Promise.resolve(secret); } });
    expect((await caller.execute(callTo(at(url, { auth })), noSignal())).output).toBe(value);
    expect(asked).toEqual(["env:KEY"]);
  });

  it("appear in no error, whatever fails", async () => {
    const url = await web((_request, _body, response) => { json(response, {}, 500); });
    const auth = { scheme: "bearer", secret: "env:KEY" } as const;
    const contracts = [at(url, { auth }), at("http://127.0.0.1:1", { auth })];
    const resolvers = [() => secret, () => `${secret}\r\nx: y`, (): string => { throw new Error(secret); }];
    for (const contract of contracts) {
      for (const resolveSecret of resolvers) {
        const error = await rejection(executor({ resolveSecret }).execute(callTo(contract), noSignal()));
        expect(error.name).toBe("CaioError");
        for (const text of [JSON.stringify(error), error.stack, String(error.cause)]) expect(text).not.toContain(secret);
      }
    }
    await expect(executor().execute(callTo(at(url, { auth })), noSignal())).rejects.toMatchObject({ code: "ServiceUnavailable", details: { secret: "env:KEY" } });
  });
});

describe("health over HTTP", () => {
  it("follows the health path, and never throws", async () => {
    const url = await web((request, _body, response) => { json(response, {}, request.url === "/alive" ? 200 : 503); });
    const check = (path: string) => executor().health(at(url, { health: { path, intervalMs: 1000 } }), noSignal());
    expect(await check("/alive")).toEqual({ healthy: true });
    expect(await check("/dead")).toMatchObject({ healthy: false });
    expect(await executor().health(at(url), noSignal())).toMatchObject({ healthy: true });
    const hanging = await raw(() => undefined);
    const slow = executor({ healthTimeoutMs: 50 });
    expect(await slow.health(at(hanging, { health: { path: "/", intervalMs: 1000 } }), noSignal())).toMatchObject({ healthy: false });
  });
});
