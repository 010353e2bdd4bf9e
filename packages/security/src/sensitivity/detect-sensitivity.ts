import type { DetectedLabel } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

import { defaultDetectors } from "./default-detectors.ts";
import type { Detector, Span } from "./detector.ts";
import { normaliseText } from "./normalise-text.ts";
import { MAX_CHARACTERS, refuseTooLarge, textsOf } from "./texts-of.ts";

/** A label is counted up to here: more findings change nothing and would cost time. */
const MAX_COUNT = 1000;

/**
 * What a value holds that is sensitive, as labels with counts, sorted by label; never the text (calculus §4). Looks at
 * strings, object keys and long integers at any depth. Detectors are heuristics: they add labels to what the caller
 * declares, and that none is found proves nothing.
 *
 * Overlapping findings of one label count once. Each count stops at 1000.
 *
 * @throws CaioError `InvalidRequest` for values over 4 Mi characters or 256 levels, and if a detector fails.
 *
 * @example
 * ```ts
 * import { detectSensitivity } from "@caio/security";
 *
 * detectSensitivity({ note: "write to ada@example.org" }); // [{ label: "personal", count: 1 }]
 * ```
 */
export function detectSensitivity(
  value: JsonValue,
  options: { readonly detectors?: readonly Detector[] } = {},
): readonly DetectedLabel[] {
  const detectors = options.detectors ?? defaultDetectors;
  const counts = new Map<string, number>();
  let characters = 0;
  for (const [raw, times] of timesOf(textsOf(value))) {
    const text = normaliseText(raw);
    // Again after NFKC: one character can become several.
    characters += text.length * times;
    if (characters > MAX_CHARACTERS) throw refuseTooLarge("4 Mi characters at most");
    for (const [label, count] of scanText(text, detectors)) counts.set(label, (counts.get(label) ?? 0) + count * times);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, count]) => ({ label, count: Math.min(count, MAX_COUNT) }));
}

/** How often each text is there: a prompt often stands in a request twice, and need not be read twice. */
function timesOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
  return times;
}

/** Findings by label, each label with at least one. */
function scanText(text: string, detectors: readonly Detector[]): ReadonlyMap<string, number> {
  const spans = new Map<string, Span[]>();
  for (const detector of detectors) {
    const found = runDetector(detector, text);
    if (found.length === 0) continue;
    for (const label of detector.labels) {
      const all = spans.get(label) ?? [];
      all.push(...found);
      spans.set(label, all);
    }
  }
  return new Map([...spans].map(([label, found]) => [label, countSeparate(found)]));
}

function runDetector(detector: Detector, text: string): readonly Span[] {
  const found: Span[] = [];
  try {
    for (const span of detector.find(text)) {
      found.push(span);
      if (found.length >= MAX_COUNT) break;
    }
  } catch {
    // No cause: it may repeat the text. A detector that fails must not let the text pass as clean.
    throw new CaioError("InvalidRequest", `The detector ${JSON.stringify(detector.name)} failed. Mend it or take it out.`, {
      details: { detector: detector.name },
    });
  }
  return found;
}

/** How many findings there are when those that overlap are one. */
function countSeparate(spans: readonly Span[]): number {
  let count = 0;
  let end = -1;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start >= end) count += 1;
    end = Math.max(end, span.end);
  }
  return count;
}
