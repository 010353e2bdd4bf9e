import type { ServerResponse } from "node:http";

import { answerTo, finishOf, messageOf } from "./fake-answer.ts";
import { usageOf } from "./fake-stream.ts";
import type { FakeBody, FakeWish } from "./fake-wish.ts";

/** A chat completion in one piece, once all its tokens have had their time. */
export async function plainFake(body: FakeBody, { fault, tokens, delayMs }: FakeWish, response: ServerResponse): Promise<void> {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs * tokens));
  if (fault === "error_in_200") {
    sendJson(response, { error: { message: "secret prompt text", type: "fake_error", code: "overloaded" } });
    return;
  }
  const answer = answerTo(body, tokens);
  const choices = Array.from({ length: body.n ?? 1 }, (_, index) => ({ index, message: messageOf(answer), finish_reason: finishOf(answer) }));
  sendJson(response, { id: "fake-1", object: "chat.completion", created: 1, model: body["model"], choices, usage: usageOf(tokens) });
}

/** The vector (0.25, -1) for every input, as numbers or in base64, as wished. */
export function embeddingFake({ input, ...body }: FakeBody, response: ServerResponse): void {
  const vector = [0.25, -1];
  const embedding = body["encoding_format"] === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
  const inputs: readonly unknown[] = Array.isArray(input) && typeof input[0] !== "number" ? input : [input];
  const data = inputs.map((_, index) => ({ object: "embedding", index, embedding }));
  sendJson(response, { object: "list", model: body["model"], data, usage: { prompt_tokens: 3, total_tokens: 3 } });
}

/** The error of a service with this status. */
export function errorFake(status: number, response: ServerResponse): void {
  response.writeHead(status, { "content-type": "application/json", "retry-after": "2" });
  response.end(JSON.stringify({ error: { message: "secret prompt text", type: "fake_error", code: null } }));
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
