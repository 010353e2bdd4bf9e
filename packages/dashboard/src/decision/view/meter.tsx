import type { VNode } from "preact";

/** A share as a bar with its figure. More than the whole is shown as the whole, and said. */
export function Meter({ ppm, label, tone = "plain" }: { readonly ppm: number; readonly label: string; readonly tone?: "plain" | "bad" }): VNode {
  const percent = Math.round(ppm / 10_000);
  return (
    <span class={`meter ${tone}`}>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={`${label}: ${String(percent)} %`}>
        <rect class="ground" width="100" height="10" rx="2" />
        <rect class="part" width={String(Math.min(100, Math.max(0, ppm / 10_000)))} height="10" rx="2" />
      </svg>
      <span class="number">{`${String(percent)} %`}</span>
    </span>
  );
}
