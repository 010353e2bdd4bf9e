/**
 * One service in a process of its own, to be killed: `openai` is the fake upstream, `http` says again what it was sent, after a moment.
 * Its first message says where it listens; to any message it answers how many calls are open.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";

import { FakeOpenAiUpstream } from "@caio/fakes";

interface Running {
  readonly baseUrl: string;
  readonly open: () => number;
}

async function openAi(): Promise<Running> {
  const upstream = await FakeOpenAiUpstream.start({ forgetful: true, healthy: true });
  return { baseUrl: upstream.baseUrl, open: () => upstream.openStreams };
}

async function echo(): Promise<Running> {
  let open = 0;
  const server = createServer((request, response) => {
    open += 1;
    response.once("close", () => { open -= 1; });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, open: () => open };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  let text = "";
  request.setEncoding("utf8").on("data", (piece: string) => { text += piece; }).on("end", () => {
    const { said, delay_ms: delayMs } = JSON.parse(text) as { readonly said: string; readonly delay_ms: number };
    setTimeout(() => { response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ said })); }, delayMs);
  });
}

const running = await (process.argv[2] === "openai" ? openAi() : echo());
process.on("message", () => process.send?.({ open: running.open() }));
// It goes with whoever started it.
process.on("disconnect", () => { process.exit(); });
process.send?.({ baseUrl: running.baseUrl });
