import type { VNode } from "preact";

import { Badge, type Tone } from "../parts/badge.tsx";
import { ago, counted } from "../parts/format.ts";
import { Table } from "../parts/table.tsx";
import type { Continuation } from "./log-checkpoint.ts";
import type { JudgedHead } from "./log-view.tsx";

const TONES: Readonly<Record<Continuation, Tone>> = { continued: "good", same: "plain", broken: "bad" };
const WORDS: Readonly<Record<Continuation, string>> = { continued: "continued", same: "the newest", broken: "not continued" };

interface SeenCardProps {
  readonly heads: readonly JudgedHead[];
  readonly origin: string;
  readonly now: number;
}

/** The heads that this browser has seen: who was shown two stories finds it out here. */
export function SeenCard({ heads, origin, now }: SeenCardProps): VNode {
  const broken = heads.filter(({ continuation }) => continuation === "broken").length;
  return (
    <section class="card" aria-labelledby="seen-title">
      <div class="row">
        <h2 id="seen-title">Seen by this browser</h2>
        {heads.length === 0 ? undefined : <Badge tone={broken === 0 ? "good" : "bad"}>{broken === 0 ? "append-only" : "rewritten"}</Badge>}
      </div>
      {broken === 0 ? undefined : (
        <div class="message bad" role="alert">
          <p>{`The log of ${origin} does not continue what it has shown here before: it was rewritten, forked, or begun anew. Keep these checkpoints; they prove it.`}</p>
        </div>
      )}
      {heads.length === 0
        ? <p class="note">None yet. The checkpoint beside is kept here; at your next visit this browser checks that the log has only grown since.</p>
        : (
          <Table
            caption="Checkpoints seen before, newest first"
            rows={heads}
            keyOf={({ note, at }) => `${String(at)} ${note}`}
            columns={[
              { title: "Entries", cell: ({ size }) => counted(size) },
              { title: "Seen", cell: ({ at }) => ago(at, now) },
              { title: "Since then", cell: ({ continuation }) => <Badge tone={TONES[continuation]}>{WORDS[continuation]}</Badge> },
            ]}
          />
        )}
    </section>
  );
}
