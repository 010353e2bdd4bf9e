import { propertyCatalogue } from "../catalogue/property-catalogue.ts";
import type { PropertyDefinition } from "../catalogue/property.ts";
import { readDocument, readDocumentValue, valueOrThrow, type DocumentForm, type ParseOptions, type ParseResult } from "../document/document-form.ts";
import type { RequestDocument } from "../request.ts";
import { requestDocument } from "../schema/request/request-document.ts";

/** What a parser of requests knows beyond the format. */
export interface RequestParserOptions {
  /** The properties that may be demanded: `extendCatalogue(…)` for a team's own. */
  readonly catalogue?: readonly PropertyDefinition[];
}

/**
 * Reads request documents, of text or of a value. What only the door may set (time, key, principal, traits, detected labels) is
 * refused.
 *
 * @example
 * ```ts
 * import { RequestParser } from "@caio/contracts";
 *
 * new RequestParser().parseValue({ requirements: ["llm_inference"] }).action.kind; // "read"
 * ```
 */
export class RequestParser {
  private readonly form: DocumentForm<RequestDocument>;

  constructor({ catalogue = propertyCatalogue }: RequestParserOptions = {}) {
    this.form = { code: "InvalidRequest", noun: "request", schema: requestDocument(catalogue) };
  }

  /** @throws CaioError `InvalidRequest`, all problems in `details.problems` */
  parse(text: string, options: ParseOptions = {}): RequestDocument {
    return valueOrThrow(this.tryParse(text, options), this.form);
  }

  /** As `parse`, with the problems as a value. Never throws. */
  tryParse(text: string, options: ParseOptions = {}): ParseResult<RequestDocument> {
    return readDocument(text, this.form, options);
  }

  /** A request document that is already a value: the body of an HTTP request. @throws CaioError `InvalidRequest` */
  parseValue(value: unknown, options: ParseOptions = {}): RequestDocument {
    return valueOrThrow(readDocumentValue(value, this.form, options), this.form);
  }
}

/** Of the common catalogue. */
const common = new RequestParser();

/**
 * A request document of YAML or JSON text, with the properties that everyone knows (else: `RequestParser`).
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
  return common.parse(text, options);
}

/** As `parseRequestDocument`, with the problems as a value. Never throws. */
export function tryParseRequestDocument(text: string, options: ParseOptions = {}): ParseResult<RequestDocument> {
  return common.tryParse(text, options);
}

/** A request document that is already a value: the body of an HTTP request. @throws CaioError `InvalidRequest` */
export function parseRequestValue(value: unknown, options: ParseOptions = {}): RequestDocument {
  return common.parseValue(value, options);
}
