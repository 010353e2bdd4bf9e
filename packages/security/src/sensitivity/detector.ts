/** A place in the text that was scanned: [start, end), UTF-16 code units. Never leaves the detection. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds one kind of sensitive text. A detector only adds labels. Its text is normalised already (`normaliseText`): NFKC,
 * ASCII digits, plain hyphens and spaces, no invisible characters.
 *
 * `find` must take time linear in the text: it sees what strangers send. Bound every repetition, and begin each attempt at
 * a landmark (an `@`, a digit) instead of at every character.
 *
 * @example
 * ```ts
 * import { defaultDetectors, detectSensitivity, type Detector } from "@caio/security";
 *
 * const patient: Detector = {
 *   name: "patient-number",
 *   labels: ["health", "personal"],
 *   *find(text) {
 *     for (const match of text.matchAll(/\bPAT-\d{6}\b/g)) yield { start: match.index, end: match.index + 10 };
 *   },
 * };
 * detectSensitivity("see PAT-123456", { detectors: [...defaultDetectors, patient] });
 * // [{ label: "health", count: 1 }, { label: "personal", count: 1 }]
 * ```
 */
export interface Detector {
  /** For error messages. */
  readonly name: string;
  /** The labels that each finding adds. */
  readonly labels: readonly string[];
  find(text: string): Iterable<Span>;
}
