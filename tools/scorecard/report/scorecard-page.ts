import type { Invariant } from "../invariants/invariant.ts";
import type { Score } from "../invariants/score-invariant.ts";
import { escaped, list, prose } from "./html.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { redFirst, type Scorecard } from "./scorecard.ts";
import { casesText, countText, faultsText, secondsText } from "./tables.ts";

/** The scorecard as one page: nothing is loaded, nothing is run; what is RED comes first, with why. */
export function scorecardPage(card: Scorecard, invariants: readonly Invariant[]): string {
  const scores = redFirst(card.scores);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>CAIO scorecard: ${card.red === 0 ? "all GREEN" : `${String(card.red)} RED`}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>CAIO scorecard</h1>
<p>${summary(card)}</p>
<p class="soft">Seed ${String(card.seed)}, at least ${countText(card.cases)} cases for each check, ${card.seconds.toFixed(1)} s. Again: <code>npm run scorecard -- --seed ${String(card.seed)} --cases ${String(card.cases)}${card.broken === null ? "" : ` --broken ${escaped(card.broken)}`}</code></p>
</header>
<main>
${overview(scores)}
${scores.map((score) => article(score, invariants.find(({ id }) => id === score.invariant))).join("\n")}
</main>
</body>
</html>
`;
}

function summary({ red, scores, broken }: Scorecard): string {
  const build = broken === null ? "" : ` This build was broken on purpose: <code>${escaped(broken)}</code>.`;
  const verdict = red === 0 ? "all of them GREEN" : `<strong>${String(red)} of them RED</strong>`;
  return `${String(scores.length)} invariants, ${verdict}. GREEN: the property held for every case, and every fault that was built in made it fail.${build}`;
}

function overview(scores: readonly Score[]): string {
  const rows = scores.map((score) => {
    const cases = casesText(score).split(", ").map((text) => `<span>${text}</span>`).join(" ");
    const cells = [cases, faultsText(score), secondsText(score)].map((text) => `<td class="number">${text}</td>`);
    return `<tr><td><span class="status ${score.status}">${score.status}</span></td><th scope="row"><a href="#${escaped(score.invariant)}">${escaped(score.invariant)}</a></th>${cells.join("")}</tr>`;
  });
  return `<div class="overview" role="region" aria-label="All invariants" tabindex="0">
<table>
<caption>Cases that the checks said something of, faults that turned the invariant RED, time of its checks.</caption>
<thead><tr><th scope="col">Status</th><th scope="col">Invariant</th><th scope="col" class="number">Cases</th><th scope="col" class="number">Faults</th><th scope="col" class="number">Time</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>`;
}

function article(score: Score, invariant: Invariant | undefined): string {
  const { invariant: id, status, reasons } = score;
  return `<article id="${escaped(id)}"${status === "RED" ? ' class="red"' : ""}>
<h2><span class="status ${status}">${status}</span> ${escaped(id)}</h2>
${reasons.length === 0 ? "" : `<ul class="reasons">${reasons.map((reason) => `<li>${escaped(reason)}</li>`).join("")}</ul>`}
${invariant === undefined ? "" : said(invariant)}
<dl>
<dt>Cases</dt><dd>${casesText(score)} (of ${countText(score.generated)} generated), from seed ${String(score.seed)}</dd>
<dt>Faults</dt><dd>${faultsText(score)} turned it RED</dd>
<dt>Time</dt><dd>${secondsText(score)}</dd>
</dl>
${invariant === undefined ? "" : proofOf(invariant)}
${faultList(score)}
</article>`;
}

function said({ statement, lemma }: Invariant): string {
  return `<p>${prose(statement)}</p>\n<p class="soft">${prose(lemma)}</p>`;
}

function proofOf({ proof, assumes, checked, step }: Invariant): string {
  const assumed = assumes.length === 0 ? "" : `<h3>Taken for granted</h3>${list("ul", assumes)}`;
  return `<details><summary>Proof</summary>${list("ol", proof)}${assumed}<h3>Checked</h3><p>${prose(checked)}</p><p class="soft">Steps ${escaped(step)} of the master equation.</p></details>`;
}

function faultList({ faults: { caught, injected } }: Score): string {
  if (injected.length === 0) return "";
  const items = injected.map((fault) => {
    const found = caught.filter((one) => one.fault === fault).map(({ check, seed }) => `${check} from seed ${String(seed)}`);
    return `\`${fault}\`: ${found.length === 0 ? "not found" : found.join(", ")}`;
  });
  return `<details><summary>Faults that were built in</summary>${list("ul", items)}</details>`;
}
