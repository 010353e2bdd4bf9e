import type { VNode } from "preact";

import { exactMicros } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import { termLabels, type ScoreBar, type ScoreBars } from "../score-bars.ts";
import { exactScore, signedScore } from "../words.ts";
import { PARTS } from "./part-marks.tsx";
import { MOST_BARS } from "./score-figure.tsx";

/** The same in figures, exact to the last digit. */
export function ScoreTable({ scores: { bars } }: { readonly scores: ScoreBars }): VNode {
  const present = PARTS.filter(({ name }) => bars.some(({ parts }) => parts.some((part) => part.name === name)));
  const [first, second] = bars;
  const weightOf = (name: string): string => exactMicros(first?.parts.find((part) => part.name === name)?.weight ?? bars.flatMap(({ parts }) => parts).find((part) => part.name === name)?.weight ?? 0);
  return (
    <details class="exact-scores">
      <summary>Exact figures{first === undefined || second === undefined ? "" : `: ${first.name} is ${exactScore(first.score - second.score)} ahead of ${second.name}`}</summary>
      <div class="wide" tabIndex={0} role="region" aria-label="Exact figures of the scores">
        <Table<ScoreBar>
          caption="Terms in millionths, as the certificate has them, and what each gives to the score"
          rows={bars.slice(0, MOST_BARS)}
          keyOf={({ name }) => name}
          columns={[
            { title: "Pair", cell: ({ name, standing }) => <><bdi>{name}</bdi>{standing === "admitted" ? "" : ` (${standing})`}</> },
            { title: "Score", isNumber: true, cell: ({ score }) => signedScore(score) },
            ...present.map(({ name }) => ({
              title: `${termLabels[name]} × ${weightOf(name)}`,
              isNumber: true,
              cell: ({ parts }: ScoreBar) => {
                const part = parts.find((each) => each.name === name);
                return part === undefined ? "0" : <>{exactMicros(part.term)}<br /><span class="soft">{signedScore(part.pico)}</span></>;
              },
            })),
          ]}
        />
      </div>
    </details>
  );
}
