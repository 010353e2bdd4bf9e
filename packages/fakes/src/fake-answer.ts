import { fakeTokens, type FakeBody } from "./fake-wish.ts";

/** What the fake has to say: words, or a call of a tool. */
export type FakeAnswer = { readonly kind: "words"; readonly words: readonly string[] } | { readonly kind: "tool"; readonly name: string; readonly pieces: readonly string[] };

/** The answer to a request; of the words only those that a last message of the assistant does not hold yet. */
export function answerTo(body: FakeBody, tokens: number): FakeAnswer {
  const last = body.messages?.at(-1);
  const name = body.tools?.[0]?.function?.name;
  if (name !== undefined && last?.role !== "tool") return { kind: "tool", name, pieces: ['{"city":', '"Oslo"}'] };
  if (last?.role === "tool") return { kind: "words", words: ["The tool said: ", String(last.content)] };
  if ((body.response_format?.type ?? "text") !== "text") return { kind: "words", words: ['{"answer":', "42}"] };
  return { kind: "words", words: fakeTokens(tokens).slice(said(body)) };
}

/** As the message of a plain answer. */
export function messageOf(answer: FakeAnswer): object {
  if (answer.kind === "words") return { role: "assistant", content: answer.words.join("") };
  return { role: "assistant", content: null, tool_calls: [{ id: "call_1", type: "function", function: { name: answer.name, arguments: answer.pieces.join("") } }] };
}

/** As the deltas of a stream, after the first, which has the role alone. */
export function deltasOf(answer: FakeAnswer): readonly object[] {
  if (answer.kind === "words") return answer.words.map((content) => ({ content }));
  const opening = { tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: answer.name, arguments: "" } }] };
  return [opening, ...answer.pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }))];
}

export function finishOf({ kind }: FakeAnswer): string {
  return kind === "tool" ? "tool_calls" : "stop";
}

/** How many tokens the last message, if it is the assistant's, has of the answer. */
function said({ messages = [] }: FakeBody): number {
  const last = messages.at(-1);
  return last?.role === "assistant" && typeof last.content === "string" ? last.content.split(" ").length - 1 : 0;
}
