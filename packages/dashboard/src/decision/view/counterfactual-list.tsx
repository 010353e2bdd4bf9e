import type { VNode } from "preact";

import type { Counterfactual } from "../counterfactual.ts";

const TITLES: Readonly<Record<Counterfactual["what"], string>> = { lead: "What decided", weight: "Other weights", limit: "Tighter limits", rejected: "Wider limits", chance: "Chance", unknown: "Not known" };
/** Lines of one kind that are shown at once. */
const MOST = 6;

/** What would have changed the decision, in words, by kind. */
export function CounterfactualList({ items }: { readonly items: readonly Counterfactual[] }): VNode {
  const kinds = [...new Set(items.map(({ what }) => what))];
  return (
    <dl class="otherwise">
      {kinds.map((kind) => {
        const all = items.filter(({ what }) => what === kind);
        return (
          <div key={kind}>
            <dt>{TITLES[kind]}</dt>
            {all.slice(0, MOST).map(({ words }) => <dd key={words}>{words}</dd>)}
            {all.length > MOST ? <dd class="soft">{`And ${String(all.length - MOST)} more of the kind.`}</dd> : undefined}
          </div>
        );
      })}
    </dl>
  );
}
