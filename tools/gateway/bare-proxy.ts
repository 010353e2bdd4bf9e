import { Agent, createServer, request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

/** A proxy that only passes bytes on. */
export interface BareProxy {
  /** Its `/v1`. */
  readonly baseURL: string;
  stop(): Promise<void>;
}

/**
 * A BARE PROXY of node:http: it passes requests to one upstream and answers back, closes one side when the other goes, and knows nothing
 * of what passes. It is what measurements hold the gateway against, not a gateway.
 */
export async function startBareProxy(upstream: string): Promise<BareProxy> {
  const target = new URL(upstream);
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const headers = { ...request.headers, host: target.host };
    const onward = send({ host: target.hostname, port: target.port, path: request.url, method: request.method, headers, agent });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => undefined);
    });
    onward.on("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    response.on("close", () => { if (!response.writableFinished) onward.destroy(); });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { baseURL: `http://127.0.0.1:${String(portOf(server))}/v1`, stop: () => stopped(server, agent) };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function stopped(server: Server, agent: Agent): Promise<void> {
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
