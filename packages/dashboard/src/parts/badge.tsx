import type { VNode } from "preact";

export type Tone = "good" | "bad" | "fair" | "plain";

const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", bad: "✗", fair: "!", plain: "·" };

/** A word on a ground; a sign says the same as the colour. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }): VNode {
  return <span class={`badge ${tone}`}><span aria-hidden="true">{SIGNS[tone]}</span>{children}</span>;
}
