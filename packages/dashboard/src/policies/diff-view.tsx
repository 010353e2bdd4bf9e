import type { VNode } from "preact";

import type { DiffLine } from "./text-diff.ts";

const SIGNS = { same: " ", gone: "−", new: "+" } as const;
const SPOKEN = { same: "", gone: "taken away: ", new: "added: " } as const;
/** Lines around a change that are shown. */
const AROUND = 2;

/** A comparison of two texts: what is changed, with a little around it. A sign says what the colour says. */
export function DiffView({ title, lines }: { readonly title: string; readonly lines: readonly DiffLine[] }): VNode {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== "same"));
  return (
    <figure class="diff">
      <figcaption>{title}</figcaption>
      <pre tabIndex={0} aria-label={title}>
        {lines.map(({ kind, text }, at) => {
          if (near[at] !== true) return at > 0 && near[at - 1] === true ? <span key={at} class="gap">{"⋯\n"}</span> : undefined;
          return <span key={at} class={kind}><span aria-hidden="true">{`${SIGNS[kind]} `}</span><span class="unseen">{SPOKEN[kind]}</span>{`${text}\n`}</span>;
        })}
      </pre>
    </figure>
  );
}
