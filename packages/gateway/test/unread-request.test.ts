import { once } from "node:events";
import { connect, type Socket } from "node:net";

import { fastify, type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";

import { refuseUnread } from "../src/http/unread-request.ts";
import { fakeBacked, type FakeBacked } from "./support/fake-backed.ts";

const SECRET = "what-nobody-may-read";

let house: FakeBacked | undefined;
afterEach(() => house?.close());

async function opened(): Promise<{ readonly socket: Socket; readonly text: () => string; readonly lines: string[] }> {
  const lines: string[] = [];
  house = await fakeBacked({ config: "log: { level: debug }\n", ports: { log: { write: (line: string) => { lines.push(line); } } } });
  const socket = connect(Number(new URL(house.baseURL).port), "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => { text += part; });
  // The gateway may go before it has read all.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return { socket, text: () => text, lines };
}

describe("what is no request", () => {
  it.each([
    ["another protocol", `\u0016\u0003\u0001${SECRET}\r\n\r\n`, 400, "no HTTP/1.1 request"],
    ["a method that is none", `${SECRET} / HTTP/1.1\r\n\r\n`, 400, "no HTTP/1.1 request"],
    ["headers without an end", `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${SECRET.repeat(1000)}\r\n\r\n`, 431, "16 KiB"],
    ["a body of chunks that are none", `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${SECRET}\r\n`, 400, "no HTTP/1.1 request"],
    ["a chunk with an endless extension", `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${SECRET}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5;${SECRET.repeat(1000)}`, 413, "extensions"],
  ])("is refused in the form of all errors, closed, and not repeated: %s", async (_name, sent, status, words) => {
    const { socket, text, lines } = await opened();
    socket.write(sent);
    await once(socket, "close");
    const [head = "", body = ""] = text().split("\r\n\r\n");
    expect(head).toContain(`HTTP/1.1 ${String(status)} `);
    expect(head).toMatch(/\r\nconnection: close\r\n/);
    expect(JSON.parse(body)).toEqual({ error: { code: "InvalidRequest", message: expect.stringContaining(words) as unknown, details: {} } });
    const id = /x-request-id: (\S+)/.exec(head)?.[1] ?? "none";
    const line = lines.find((each) => each.includes(id));
    expect(JSON.parse(line ?? "null")).toMatchObject({ msg: "not readable", status });
    expect(text() + lines.join("")).not.toContain(SECRET);
  });

  it("is told that it took too long to arrive", async () => {
    const app: FastifyInstance = fastify({
      http: { headersTimeout: 1, requestTimeout: 1, connectionsCheckingInterval: 1 },
      clientErrorHandler: (error, socket) => { refuseUnread(app, error, { socket, isAnswering: false }); },
    });
    try {
      const socket = connect(Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port), "127.0.0.1");
      let text = "";
      socket.setEncoding("utf8").on("data", (part: string) => { text += part; }).on("error", () => undefined);
      socket.write("GET / HTTP/1.1\r\n");
      await once(socket, "close");
      expect(text).toMatch(/^HTTP\/1\.1 408 [^]*"code":"InvalidRequest","message":"The request took too long/);
    } finally {
      await app.close();
    }
  });

  it("does not come to stand amid an answer that has begun", async () => {
    const { socket, text } = await opened();
    const body = JSON.stringify({ model: "caio:auto", stream: true, messages: [{ role: "user", content: "hello" }], metadata: { fault: "stall", after: "1" } });
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${house?.caller ?? ""}\r\ncontent-type: application/json\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`);
    await expect.poll(text).toContain("data: ");
    socket.write("no request\r\n\r\n");
    await once(socket, "close");
    expect(text()).toContain("HTTP/1.1 200 ");
    expect(text()).not.toContain("HTTP/1.1 400");
  });
});
