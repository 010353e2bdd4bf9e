import type { SendMessageRequest } from "@a2a-js/sdk";
import { RequestMalformedError, UnsupportedOperationError } from "@a2a-js/sdk/errors";
import { parseRequestValue, refinesType, type RequestDocument } from "@caio/contracts";
import { effectiveTypes, type ServiceEntry } from "@caio/registry";

import { actionOfCapability, graver } from "../mcp/action-kind.ts";
import { caioTerms, underTerms } from "../mcp/caio-terms.ts";
import { contentOf, type MessageContent } from "./message-parts.ts";

/** The capability of agents that take any task. */
const TASK = "agent.task";
const CHAT = "inference.chat";

/**
 * A message as a request. The metadata of the message, and of the request around it, may hold our terms; `caio-require` names the capability that is wanted, such
 * as the id of a skill. Without it a message is a task for an agent (`agent.task`) if the caller's view holds a service for that, else a chat.
 *
 * The action is what `caio-action` says, or graver if a capability's last word says so (`memory.delete`).
 *
 * What the service gets: of a chat `{ messages: [...] }`; of an agent `{ text, data: [...] }`; of all others the one part of data if there is
 * one, the text being the intent alone, else `{ text }`.
 *
 * @throws CaioError `InvalidRequest`, and errors of the protocol
 */
export function messageDocument({ message, metadata }: SendMessageRequest, view: readonly ServiceEntry[]): RequestDocument {
  if (message === undefined || message.parts.length === 0) throw new RequestMalformedError("A message has at least one part.");
  if (message.taskId !== "") throw new UnsupportedOperationError("Tasks are over when they are answered. Send a new message, without a task id.");
  const content = contentOf(message.parts);
  const terms = caioTerms({ ...message.metadata, ...metadata });
  const wanted = terms.requirements.capabilities.flatMap(({ anyOf }) => anyOf.map(({ type }) => type));
  const capability = wanted.find((type) => refinesType(type, "agent")) ?? wanted.find((type) => refinesType(type, CHAT)) ?? wanted[0] ?? defaultCapability(view);
  const document = parseRequestValue(
    {
      caio_request: 1,
      intent: { text: content.text },
      data: { media_type: "application/json", payload: payloadOf(content, capability) },
      requirements: wanted.length === 0 ? { capabilities: [{ type: capability }] } : {},
    },
    { file: "<message>" },
  );
  const kind = wanted.map((type) => actionOfCapability(type) ?? "read").reduce(graver, terms.action.kind);
  return { ...underTerms(document, terms), action: { kind } };
}

function defaultCapability(view: readonly ServiceEntry[]): string {
  const offered = view.some(({ contract }) => effectiveTypes(contract).some((type) => refinesType(type, TASK)));
  return offered ? TASK : CHAT;
}

function payloadOf({ text, data }: MessageContent, capability: string): unknown {
  if (refinesType(capability, "agent")) return { ...(text === "" ? {} : { text }), ...(data.length === 0 ? {} : { data }) };
  const [only] = data;
  if (data.length === 1) return only;
  if (refinesType(capability, CHAT)) return { messages: [{ role: "user", content: [text, ...data.map((value) => JSON.stringify(value))].join("\n") }] };
  return data.length === 0 ? { text } : { text, data };
}
