/**
 * One copy of a service in a process of its own, to be killed: says again what it was sent, through NATS (`nats ID SERVER…`) or over HTTP
 * (`http`). Its first message says that it listens, over HTTP where. It goes with whoever started it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";

import { ContractParser, type ServiceCall } from "@caio/contracts";
import type { JsonObject } from "@caio/core";
import { NatsLink, serveOverNats } from "@caio/nats";

import { echoContract } from "./echo-contract.ts";

/** What it is sent may ask it to take its time. */
async function delayOf(payload: unknown): Promise<void> {
  const delay = Number((payload as JsonObject | null)?.["delay_ms"] ?? 0);
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
}

async function throughNats(id: string, servers: readonly string[]): Promise<object> {
  const connection = await NatsLink.open({ servers }).first();
  if (connection === undefined) throw new Error("There is no connection.");
  const execute = async ({ payload }: Pick<ServiceCall, "payload">): Promise<{ output: JsonObject }> => {
    await delayOf(payload);
    return { output: { said: payload } };
  };
  serveOverNats({ connection, contract: new ContractParser().parseValue(echoContract(id, { protocol: "nats" })), handler: { execute } });
  await connection.flush();
  return { listening: true };
}

async function overHttp(): Promise<object> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { listening: true, baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  let text = "";
  request.setEncoding("utf8").on("data", (piece: string) => { text += piece; }).on("end", () => {
    const said: unknown = JSON.parse(text);
    void delayOf(said).then(() => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ said })));
  });
}

const [, , kind, id = "", ...servers] = process.argv;
const said = await (kind === "nats" ? throughNats(id, servers) : overHttp());
process.on("disconnect", () => { process.exit(); });
process.send?.(said);
