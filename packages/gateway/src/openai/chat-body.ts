import { z } from "zod";

const text = z.looseObject({ type: z.string(), text: z.string().optional() });
const message = z.looseObject({ role: z.string().min(1).max(32), content: z.union([z.string(), z.array(text).max(256), z.null()]).optional() });

/** What is read of a chat request; all else goes to the service as it came. */
export const chatBody = z.looseObject({
  model: z.string().min(1).max(128),
  messages: z.array(message).min(1).max(4096),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  n: z.int().min(1).max(16).nullish(),
  metadata: z.record(z.string().max(64), z.string().max(2048)).nullish(),
});
export type ChatBody = z.output<typeof chatBody>;

export const embeddingBody = z.looseObject({
  model: z.string().min(1).max(128),
  input: z.union([z.string().min(1), z.array(z.string()).min(1).max(2048), z.array(z.int()).min(1), z.array(z.array(z.int())).min(1).max(2048)]),
  metadata: z.record(z.string().max(64), z.string().max(2048)).nullish(),
});
export type EmbeddingBody = z.output<typeof embeddingBody>;

/** The text of a message, its parts joined; pictures and sounds have none. */
export function messageText({ content }: ChatBody["messages"][number]): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("\n");
}

/** Parts of a message whose tokens their bytes do not bound: pictures, sounds, files. */
export function uncountedParts({ content }: ChatBody["messages"][number]): number {
  return typeof content === "string" ? 0 : (content ?? []).filter(({ type }) => type !== "text" && type !== "refusal").length;
}
