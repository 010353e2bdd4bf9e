import { readDocument, valueOrThrow, type DocumentForm, type ParseOptions, type ParseResult } from "../document/document-form.ts";
import type { Principal } from "../principal.ts";
import { principalDocument } from "../schema/state/principal-document.ts";

const form: DocumentForm<Principal> = { code: "InvalidPrincipal", noun: "principal", schema: principalDocument };

/** A principal file, for the command line and tests. @throws CaioError `InvalidPrincipal`, all problems in `details.problems` */
export function parsePrincipal(text: string, options: ParseOptions = {}): Principal {
  return valueOrThrow(tryParsePrincipal(text, options), form);
}

/** As `parsePrincipal`, with the problems as a value. Never throws. */
export function tryParsePrincipal(text: string, options: ParseOptions = {}): ParseResult<Principal> {
  return readDocument(text, form, options);
}
