import type { ServerResponse } from "node:http";

import { answerTo, deltasOf, finishOf } from "./fake-answer.ts";
import type { FakeBody, FakeWish } from "./fake-wish.ts";

/** Counts that a fake makes up. */
export function usageOf(tokens: number): object {
  return { prompt_tokens: 7, completion_tokens: tokens, total_tokens: 7 + tokens };
}

/** A chat completion in parts, with the fault that was wished for. */
export async function streamFake(body: FakeBody, wish: FakeWish, response: ServerResponse): Promise<void> {
  if (wish.fault === "reset_before_first_byte") {
    response.socket?.resetAndDestroy();
    return;
  }
  const answer = answerTo(body, wish.tokens);
  const { send, chunk } = writer(body, response);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  response.write(": a comment\n\n");
  const choices = Array.from({ length: body.n ?? 1 }, (_, index) => index);
  for (const index of choices) send(chunk({ role: "assistant", content: "" }, null, index));
  const deltas = deltasOf(answer);
  const whole = wish.fault === "none" || wish.fault === "no_done";
  for (const [at, delta] of deltas.entries()) {
    if (!whole && at === wish.after) break;
    if (wish.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, wish.delayMs));
    if (response.destroyed) return;
    for (const index of choices) send(chunk(delta, null, index));
  }
  // What was written is to arrive before the fault does.
  await new Promise((resolve) => setImmediate(resolve));
  if (!whole) {
    breakOff(wish.fault, response, send);
    return;
  }
  for (const index of choices) send(chunk({}, finishOf(answer), index));
  send({ ...chunk({}, null, 0), choices: [], usage: usageOf(deltas.length) });
  if (wish.fault === "none") send("[DONE]");
  if (!wish.hold) response.end();
}

function breakOff(fault: FakeWish["fault"], response: ServerResponse, send: (data: unknown) => void): void {
  if (fault === "cut") response.socket?.end();
  else if (fault === "reset") response.socket?.resetAndDestroy();
  else if (fault === "garbage") response.write("%%% this is no event\n\n");
  else if (fault === "error_in_200") send({ error: { message: "secret prompt text", type: "server_error", code: "overloaded" } });
  else if (fault === "clean_end") response.end();
  else if (fault === "early_done") {
    send("[DONE]");
    response.end();
  }
}

interface Writer {
  readonly send: (data: unknown) => void;
  readonly chunk: (delta: object, finish: string | null, index: number) => object;
}

function writer({ model }: FakeBody, response: ServerResponse): Writer {
  return {
    send: (data) => { response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`); },
    chunk: (delta, finish, index) => ({
      ...{ id: "fake-1", object: "chat.completion.chunk", created: 1, model, usage: null },
      choices: [{ index, delta, finish_reason: finish }],
    }),
  };
}
