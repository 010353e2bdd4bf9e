/** The part of a policy set that the privacy predicate reads (formats, Policy set). */
export interface PrivacyPolicy {
  /** `strict`: only end-to-end encryption excuses sending sensitive data away; `encrypted`: any does. */
  readonly mode: "strict" | "encrypted";
  /** Labels that are sensitive. */
  readonly sensitive: readonly string[];
  /** Service id to the labels it may see although it is external. */
  readonly allowedLabels: Readonly<Record<string, readonly string[]>>;
}
