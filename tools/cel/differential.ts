/** `tsx -C @caio/source tools/cel/differential.ts --count 100000 --from 1`: router, verifier and @bufbuild/cel on random conditions. */
import { parseArgs } from "node:util";

import { compareCase } from "./compare.ts";
import { evaluators, type Evaluators } from "./evaluators.ts";
import { randomCase } from "./generate/random-case.ts";
import { minimiseCase } from "./minimise.ts";

/** How often each relation held (`compareCase`), and the smallest cases on which the three disagree. */
export interface Agreement {
  readonly counts: ReadonlyMap<string, number>;
  readonly disagreements: number;
  /** The first ten, minimised: how, the condition, the data. */
  readonly shown: readonly string[];
}

const MAX_SHOWN = 10;

/** Compares the three on the cases of seeds `from` … `from + count − 1`. */
export function compareOnRandom(from: number, count: number, three: Evaluators = evaluators): Agreement {
  const counts = new Map<string, number>();
  const shown: string[] = [];
  let disagreements = 0;
  for (let seed = from; seed < from + count; seed++) {
    const found = randomCase(seed);
    const relation = compareCase(three, found);
    const name = relation.agree ? relation.as : "disagreement";
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (relation.agree) continue;
    disagreements++;
    if (shown.length >= MAX_SHOWN) continue;
    const { source, scope, views } = minimiseCase(found, (subject) => {
      const again = compareCase(three, subject);
      return !again.agree && again.how === relation.how;
    });
    shown.push(`${relation.how}: ${source} (${scope}, seed ${String(seed)}) on ${JSON.stringify(views)}`);
  }
  return { counts, disagreements, shown };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { from: { type: "string", default: "1" }, count: { type: "string", default: "100000" } } });
  const { counts, disagreements, shown } = compareOnRandom(Number(values.from), Number(values.count));
  for (const line of shown) console.log(line);
  for (const [relation, times] of [...counts].sort()) console.log(`${relation}: ${String(times)}`);
  console.log(`${values.count} conditions from seed ${values.from}: ${String(disagreements)} disagreements`);
  process.exitCode = disagreements === 0 ? 0 : 1;
}
