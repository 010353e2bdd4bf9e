import type { JsonObject } from "@caio/core";

import { readDocument, valueOrThrow, type DocumentForm, type ParseOptions, type ParseResult } from "../document/document-form.ts";
import type { History, LearnedValue } from "../history.ts";
import { historyDocument } from "../schema/state/history-document.ts";
import { hexOfDoubles } from "../schema/state/double-list.ts";
import { onlineToDocument } from "../schema/state/online-document.ts";
import { toWire } from "../wire.ts";

/** A learned leaf alone is about 7 KB of hex. */
const MAX_HISTORY_BYTES = 4_194_304;

const form: DocumentForm<History> = {
  code: "InvalidHistory",
  noun: "history",
  schema: historyDocument(),
  maxBytes: MAX_HISTORY_BYTES,
};

/** A history file, at most 4 MiB. @throws CaioError `InvalidHistory`, all problems in `details.problems` */
export function parseHistory(text: string, options: ParseOptions = {}): History {
  return valueOrThrow(tryParseHistory(text, options), form);
}

/** As `parseHistory`, with the problems as a value. Never throws. */
export function tryParseHistory(text: string, options: ParseOptions = {}): ParseResult<History> {
  return readDocument(text, form, options);
}

/** The document that `parseHistory` reads back: lists of doubles as hex of big-endian doubles. */
export function historyToDocument(history: History): JsonObject {
  return {
    caio_history: 1,
    version: history.version,
    leaves: history.leaves.map(({ learned, memory, ...leaf }): JsonObject => ({
      service: leaf.service,
      model: leaf.model,
      health: leaf.health,
      promises: toWire(leaf.promises),
      outcomes: leaf.outcomes,
      violations: leaf.violations,
      ...(learned === undefined ? {} : { learned: learnedToDocument(learned) }),
      ...(memory === undefined ? {} : { memory: hexOfDoubles(memory) }),
    })),
  };
}

/** What was learned, as a leaf's document holds it. */
function learnedToDocument({ theta, inverse, online }: LearnedValue): JsonObject {
  return { theta: hexOfDoubles(theta), inverse: hexOfDoubles(inverse), ...(online === undefined ? {} : { online: onlineToDocument(online) }) };
}
