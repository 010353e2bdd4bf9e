import { parseYamlDocument } from "@caio/contracts";
import { CaioError, isCaioError } from "@caio/core";

import { documentKind, type DocumentKind } from "../validate/document-kind.ts";

/**
 * What a reader makes of a document; where it makes nothing of it, and it is a document of another kind, that alone is said: a list of keys that a
 * policy does not have helps nobody who named a request.
 *
 * @throws CaioError what the reader throws, or its code with what the file is instead
 */
export function ofKind<T>(kind: DocumentKind, file: string, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    if (!isCaioError(error)) throw error;
    const found = kindOf(text);
    if (found === undefined || found === kind) throw error;
    throw new CaioError(error.code, `${file}: found a ${found}, expected a ${kind}. Name another file.`, { details: { file, found, expected: kind }, cause: error });
  }
}

/** What a text is, as far as its keys tell. */
export function kindOf(text: string): DocumentKind | undefined {
  const reading = parseYamlDocument(text, { file: "" });
  return reading.ok ? documentKind(reading.document.value) : undefined;
}
