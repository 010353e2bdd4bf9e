import type { Report } from "@caio/verifier";
import type { VNode } from "preact";

import { standingSentence, verdictOf, verdictSentence } from "../../verification/index.ts";

/** Whether the receipt holds, as this page found, and the receipt itself to take away. */
export function VerifiedLine({ report, bundle, id }: { readonly report: Report; readonly bundle: string; readonly id: string }): VNode {
  const verdict = verdictOf(report);
  const tone = verdict === "valid" ? "good" : verdict === "invalid" ? "bad" : "fair";
  return (
    <div class={`message ${tone} verified`} data-verdict={verdict} role="status">
      <p>
        <strong>{verdict === "valid" ? "✓ Receipt verified in this page." : verdict === "invalid" ? "✗ The receipt does not hold." : "! The receipt cannot be judged."}</strong>{" "}
        {verdict === "valid" ? `${String(report.checks.length)} checks hold; standing: ${report.conclusion}. ${standingSentence(report.conclusion)}` : verdictSentence(report)}
      </p>
      <p><button type="button" onClick={() => { save(bundle, `${id.slice(0, 16)}.caio.json`); }}>Download the receipt</button></p>
    </div>
  );
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => { URL.revokeObjectURL(url); }, 10_000);
}
