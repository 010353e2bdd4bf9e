import type { IncomingHttpHeaders } from "node:http";

import { parseRequestValue, stampedSize, withContent, type ContextItem, type RequestDocument } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

import { DEFAULT_TOKENS_PER_PART } from "../config/gateway-config.ts";
import { messageText, uncountedParts, type ChatBody, type EmbeddingBody } from "./chat-body.ts";

/** Leaves the choice to the router; any other name is one more requirement. */
export const AUTO_MODEL = "caio:auto";
/** Context items that a request may hold (formats, Request document). */
const MAX_CONTEXT = 64;

/** A header, and where its words go in the request document. Each may be sent as `metadata` of the same name, too. */
const terms: Readonly<Record<string, (value: string) => object>> = {
  "caio-max-latency-ms": (value) => ({ limits: { latency_ms: value } }),
  "caio-deadline-ms": (value) => ({ limits: { deadline_ms: value } }),
  "caio-max-cost": (value) => ({ limits: { budget: value } }),
  "caio-currency": (value) => ({ limits: { currency: value } }),
  "caio-data-labels": (value) => ({ data: { labels: words(value) } }),
  "caio-categories": (value) => ({ intent: { categories: words(value) } }),
  "caio-policies": (value) => ({ policies: words(value) }),
  "caio-services": (value) => ({ constraints: { services: words(value) } }),
  "caio-regions": (value) => ({ constraints: { regions: words(value) } }),
  "caio-max-locality": (value) => ({ constraints: { max_locality: value } }),
  "caio-encryption": (value) => ({ privacy: { encryption: value } }),
  "caio-compliance": (value) => ({ privacy: { compliance: words(value) } }),
  "caio-require": (value) => ({ capabilities: words(value).map((type) => ({ type })) }),
  "caio-action": (value) => ({ action: { kind: value } }),
  "caio-fallback": (value) => ({ fallback: value === "true" || (value === "false" ? false : value) }),
};

interface Said {
  readonly limits?: object;
  readonly data?: object;
  readonly intent?: object;
  readonly constraints?: object;
  readonly privacy?: object;
  readonly action?: object;
  readonly policies?: readonly string[];
  readonly capabilities?: readonly object[];
  readonly fallback?: boolean | string;
}

/**
 * A chat request as a request document.
 *
 * @param tokensPerPart - what each part that is not text counts at most: its bytes say nothing of its tokens
 * @throws CaioError `InvalidRequest`
 */
export function chatDocument(body: ChatBody, headers: IncomingHttpHeaders, tokensPerPart = DEFAULT_TOKENS_PER_PART): RequestDocument {
  const { messages, max_tokens, max_completion_tokens, n } = body;
  const last = messages.findLastIndex(({ role }) => role === "user");
  const context = messages.filter((_message, at) => at !== last).map((message) => ({ role: message.role.toLowerCase(), text: messageText(message) }));
  const limit = max_completion_tokens ?? max_tokens;
  const asked = messages[last];
  const document = documentOf(body, headers, {
    capability: "inference.chat",
    text: asked === undefined ? "" : messageText(asked),
    context: context.slice(-MAX_CONTEXT),
    // The limit is that of one choice.
    ...(typeof limit === "number" ? { maxOutputTokens: limit * (n ?? 1) } : {}),
  });
  const parts = messages.reduce((sum, message) => sum + uncountedParts(message), 0);
  return parts === 0 ? document : withInputTokens(document, parts * tokensPerPart);
}

/** The text counts by its bytes, and so much more. */
function withInputTokens(document: RequestDocument, more: number): RequestDocument {
  const { inputTokens = 0 } = stampedSize(document);
  return { ...document, size: { ...document.size, inputTokens: inputTokens + more } };
}

/** An embedding request as a request document. @throws CaioError `InvalidRequest` */
export function embeddingDocument(body: EmbeddingBody, headers: IncomingHttpHeaders): RequestDocument {
  const { input } = body;
  const [first] = Array.isArray(input) ? input : [input];
  return documentOf(body, headers, { capability: "inference.embedding", text: typeof first === "string" ? first : "", context: [] });
}

/** What a request asks, as its own API has it. */
interface Asked {
  readonly capability: string;
  readonly text: string;
  readonly context: readonly ContextItem[];
  readonly maxOutputTokens?: number;
}

function documentOf(body: ChatBody | EmbeddingBody, headers: IncomingHttpHeaders, asked: Asked): RequestDocument {
  const { metadata, ...rest } = body;
  const passed = Object.entries(metadata ?? {}).filter(([name]) => !name.startsWith("caio"));
  const payload = (passed.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(passed) }) as JsonValue;
  const terms = termsDocument(body.model, merged(termsIn(headers, metadata)), asked);
  const { text, context } = asked;
  return (
    withContent(parsedTerms(terms), { text, context, payload }) ??
    parseRequestValue({ ...terms, intent: { ...terms.intent, text }, context, data: { ...terms.data, payload } }, PLACE)
  );
}

const PLACE = { file: "<request>" };

interface TermsDocument {
  readonly intent: object;
  readonly data: object;
  readonly requirements: object;
}

/** The request document without what is said in it. */
function termsDocument(model: string, said: Said, { capability, maxOutputTokens }: Asked): TermsDocument {
  return {
    ...{ caio_request: 1, intent: { ...said.intent }, data: { ...said.data, media_type: "application/json" } },
    ...(said.action === undefined ? {} : { action: said.action }),
    ...(maxOutputTokens === undefined ? {} : { size: { max_output_tokens: maxOutputTokens } }),
    requirements: {
      capabilities: [{ type: capability }, ...(said.capabilities ?? [])],
      constraints: { ...said.constraints, models: model === AUTO_MODEL ? [] : [model] },
      ...(said.privacy === undefined ? {} : { privacy: said.privacy }),
    },
    ...(said.limits === undefined ? {} : { limits: said.limits }),
    ...(said.policies === undefined ? {} : { policies: said.policies }),
    ...(said.fallback === undefined ? {} : { fallback: said.fallback }),
  };
}

/** Terms that were parsed, by their text: callers ask on the same few. */
const known = new Map<string, RequestDocument>();
const MAX_KNOWN = 256;
const MAX_TERMS_LENGTH = 4096;

function parsedTerms(terms: TermsDocument): RequestDocument {
  const text = JSON.stringify(terms);
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = parseRequestValue(terms, PLACE);
  if (text.length > MAX_TERMS_LENGTH) return parsed;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, parsed);
  return parsed;
}

const SPELLINGS = Object.entries(terms).map(([name, term]) => ({ name, underscored: name.replaceAll("-", "_"), term }));

/** Words that are ours and say nothing of the request's terms. */
const OTHERS: readonly string[] = ["caio-approval"];
const WORDS: ReadonlySet<string> = new Set([...Object.keys(terms), ...OTHERS]);

function termsIn(headers: IncomingHttpHeaders, metadata: ChatBody["metadata"]): readonly object[] {
  for (const name of Object.keys(headers)) refuseUnknown(name, name);
  for (const name of Object.keys(metadata ?? {})) refuseUnknown(name, name.replaceAll("_", "-"));
  return SPELLINGS.flatMap(({ name, underscored, term }) => valuesOf([name, underscored], headers, metadata).map(term));
}

function valuesOf([name, underscored]: readonly [string, string], headers: IncomingHttpHeaders, metadata: ChatBody["metadata"]): readonly string[] {
  const header = headers[name];
  if (Array.isArray(header)) throw new CaioError("InvalidRequest", `The header ${name} is there twice. Send it once, with commas.`, { details: { header: name } });
  // A header with nothing in it takes no requirement away.
  const value = [header, metadata?.[name], metadata?.[underscored]].map((each) => each?.trim()).find((each) => each !== undefined && each !== "");
  return value === undefined ? [] : [value];
}

/** A requirement that is misspelt must not become none. */
function refuseUnknown(name: string, spelt: string): void {
  if (!/^caio[-_]/.test(name) || WORDS.has(spelt)) return;
  throw new CaioError("InvalidRequest", `Found ${name.slice(0, 64)}, which is no word of this gateway. Known are ${[...WORDS].join(", ")}.`, { details: { found: name.slice(0, 64) } });
}

/** Terms that go into the same part of the document are put together. */
function merged(parts: readonly object[]): Said {
  const result: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part) as [string, unknown][]) {
      const before = result[key];
      result[key] = isPlain(before) && isPlain(value) ? { ...before, ...value } : value;
    }
  }
  return result;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function words(text: string): string[] {
  return [...new Set(text.split(",").map((word) => word.trim()).filter((word) => word !== ""))];
}
