import { isCaioError, type CaioErrorCode } from "@caio/core";
import type { z } from "zod";

import type { DocumentPath, DocumentValue } from "./decimal-text.ts";
import { problemsError, type Problem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";
import { documentOfValue } from "./value-document.ts";
import { parseYamlDocument, type DocumentReading, type LocatedDocument } from "./yaml-document.ts";

/** How one kind of document is read: contracts, requests, policies. */
export interface DocumentForm<Output> {
  /** The code of the error that `parse` throws. */
  readonly code: CaioErrorCode;
  /** What it is, for the places where a file has no name: `contract`. */
  readonly noun: string;
  readonly schema: z.ZodType<Output>;
  /** Instead of 64 KiB. */
  readonly maxBytes?: number;
  /**
   * Rewrites another spelling before the schema sees it. `relocate` leads from a path of the rewritten value back to
   * the document.
   */
  readonly prepare?: (value: DocumentValue) => {
    readonly value: DocumentValue;
    readonly relocate?: (path: DocumentPath) => DocumentPath;
    /** What the rewriting itself found wrong. */
    readonly problems?: (document: LocatedDocument) => readonly Problem[];
  };
}

/** The value, or all that is wrong with the document. */
export type ParseResult<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions {
  /** Named in problems; by default the kind of document in angle brackets. */
  readonly file?: string;
}

/**
 * Reads a document's text by its form. Total: every text gives a result.
 *
 * @example
 * ```ts
 * import { readDocument, type DocumentForm } from "@caio/contracts";
 * import { z } from "zod";
 *
 * const form: DocumentForm<{ id: string }> = { code: "InvalidPolicy", noun: "policy", schema: z.strictObject({ id: z.string() }) };
 * readDocument("id: house", form, { file: "policy.yaml" }); // { ok: true, value: { id: "house" } }
 * ```
 */
export function readDocument<Output>(text: string, form: DocumentForm<Output>, options: ParseOptions = {}): ParseResult<Output> {
  return readReading(parseYamlDocument(text, { file: fileOf(form, options), maxBytes: form.maxBytes }), form);
}

/** Reads a document that is already a value in memory by its form. Total. */
export function readDocumentValue<Output>(
  value: unknown,
  form: DocumentForm<Output>,
  options: ParseOptions = {},
): ParseResult<Output> {
  return readReading(documentOfValue(value, { file: fileOf(form, options) }), form);
}

/** The value of a result. @throws CaioError with the form's code, and all problems in its details. */
export function valueOrThrow<Output>(result: ParseResult<Output>, form: { readonly code: CaioErrorCode }): Output {
  if (result.ok) return result.value;
  throw problemsError(form.code, result.problems);
}

function fileOf(form: { readonly noun: string }, options: ParseOptions): string {
  return options.file ?? `<${form.noun}>`;
}

function readReading<Output>(reading: DocumentReading, form: DocumentForm<Output>): ParseResult<Output> {
  if (!reading.ok) return reading;
  const { document } = reading;
  const prepared = form.prepare?.(document.value) ?? { value: document.value };
  const before = prepared.problems?.(document) ?? [];
  try {
    const parsed = form.schema.safeParse(prepared.value);
    if (parsed.success && before.length === 0) return { ok: true, value: parsed.data };
    const found = parsed.success ? [] : schemaProblems(parsed.error.issues, document, prepared.relocate);
    return { ok: false, problems: [...before, ...found] };
  } catch (error) {
    // A check that throws our own error instead of reporting an issue still refuses the document, and only that.
    if (!isCaioError(error)) throw error;
    const place = document.locate([]);
    return { ok: false, problems: [{ file: document.file, ...place, path: "", found: error.message, expected: "a value in range" }] };
  }
}
