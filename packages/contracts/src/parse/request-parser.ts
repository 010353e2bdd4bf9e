import { readDocument, readDocumentValue, valueOrThrow, type DocumentForm, type ParseOptions, type ParseResult } from "../document/document-form.ts";
import type { RequestDocument } from "../request.ts";
import { requestDocument } from "../schema/request/request-document.ts";

const form: DocumentForm<RequestDocument> = { code: "InvalidRequest", noun: "request", schema: requestDocument() };

/**
 * A request document of YAML or JSON text. What only the door may set (time, key, principal, traits, detected labels) is
 * refused.
 *
 * @throws CaioError `InvalidRequest`, all problems in `details.problems`
 *
 * @example
 * ```ts
 * import { parseRequestDocument } from "@caio/contracts";
 *
 * parseRequestDocument('{ "requirements": ["llm_inference"], "context": {} }').requirements.capabilities;
 * // [{ anyOf: [{ type: "llm_inference", parameters: {} }] }]
 * ```
 */
export function parseRequestDocument(text: string, options: ParseOptions = {}): RequestDocument {
  return valueOrThrow(tryParseRequestDocument(text, options), form);
}

/** As `parseRequestDocument`, with the problems as a value. Never throws. */
export function tryParseRequestDocument(text: string, options: ParseOptions = {}): ParseResult<RequestDocument> {
  return readDocument(text, form, options);
}

/** A request document that is already a value: the body of an HTTP request. @throws CaioError `InvalidRequest` */
export function parseRequestValue(value: unknown, options: ParseOptions = {}): RequestDocument {
  return valueOrThrow(readDocumentValue(value, form, options), form);
}
