import type { Check } from "@caio/verifier";
import type { VNode } from "preact";

import { Badge, type Tone } from "../parts/badge.tsx";
import { counted as number } from "../parts/format.ts";
import { counted, groupChecks, standingSentence, verdictOf, verdictSentence, type Answer, type CheckGroup, type Verdict } from "../verification/index.ts";

const TONES: Readonly<Record<Verdict, Exclude<Tone, "plain">>> = { valid: "good", invalid: "bad", unusable: "fair" };
/** Checks of a group that are drawn; the report has all. */
const MOST = 500;

/** What came of a check: the verdict, what the receipt says, and every check. */
export function ReceiptResult({ answer }: { readonly answer: Answer }): VNode {
  if (answer.kind === "stopped") return <p class="message fair">{answer.why}</p>;
  const { report, facts } = answer;
  const verdict = verdictOf(report);
  return (
    <div class="receipt">
      <div class={`message ${TONES[verdict]}`} data-verdict={verdict}>
        <p class="big">{verdict === "valid" ? "Valid" : verdict === "invalid" ? "Invalid" : "Unusable"}</p>
        <p>{verdictSentence(report)}</p>
        {verdict === "unusable" ? undefined : <p>{`Standing: ${report.conclusion}. ${standingSentence(report.conclusion)}`}</p>}
      </div>
      {verdict === "valid" || facts.length === 0 ? undefined : <p class="note">The receipt did not pass: none of what it says below is shown to be true.</p>}
      <dl class="facts">
        {facts.map(({ label, text, exact }) => <div key={label}><dt>{label}</dt><dd class={exact === true ? "exact" : undefined}><bdi>{text}</bdi></dd></div>)}
      </dl>
      <h3>{`${number(report.checks.length)} checks`}</h3>
      {groupChecks(report.checks).map((group) => <Group key={group.name} group={group} />)}
      <details>
        <summary>The report as JSON</summary>
        <pre tabIndex={0} aria-label="Report as JSON">{JSON.stringify(report, null, 2)}</pre>
      </details>
    </div>
  );
}

function Group({ group: { name, about, failed, checks } }: { readonly group: CheckGroup }): VNode {
  return (
    <details class="group" open={failed > 0}>
      <summary>
        <strong>{name}</strong> <span class="soft">{about}</span>{" "}
        {failed > 0 ? <Badge tone="bad">{`${String(failed)} of ${counted(checks.length, "check fails", "checks fail")}`}</Badge> : <Badge tone="good">{counted(checks.length, "check holds", "checks hold")}</Badge>}
      </summary>
      <ul>
        {checks.slice(0, MOST).map((check) => <Line key={check.name} check={check} group={name} />)}
        {checks.length > MOST ? <li class="soft">{`${number(checks.length - MOST)} more that hold are in the report below.`}</li> : undefined}
      </ul>
    </details>
  );
}

/** What was not made did not fail, but did not pass either. */
function Line({ check: { name, verdict, standing, detail }, group }: { readonly check: Check; readonly group: string }): VNode {
  const [tone, word]: readonly [Tone, string] = verdict === "fail" ? ["bad", "fails"] : standing === "withheld" ? ["plain", "not made"] : ["good", standing];
  return (
    <li>
      <Badge tone={tone}>{word}</Badge> <span class="exact">{name.slice(group.length + 1) || name}</span>
      {detail === undefined ? undefined : <p class="soft"><bdi>{detail}</bdi></p>}
    </li>
  );
}
