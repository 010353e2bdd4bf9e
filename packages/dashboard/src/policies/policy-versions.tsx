import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useIsAdmin } from "../gateway/caller.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAction } from "../gateway/use-action.ts";
import { useAsked } from "../gateway/use-answer.ts";
import { Badge } from "../parts/badge.tsx";
import { Confirm } from "../parts/dialog.tsx";
import { Answered } from "../parts/states.tsx";
import { Table } from "../parts/table.tsx";
import { DiffView } from "./diff-view.tsx";
import { policyReply, type PolicyBrief } from "./policy-shapes.ts";
import { policyText } from "./policy-text.ts";
import { isOvertaken, type DraftBasis } from "./save-draft.ts";
import { diffLines } from "./text-diff.ts";

interface PolicyVersionsProps {
  readonly gateway: GatewayClient;
  readonly id: string;
  /** Oldest first. */
  readonly versions: readonly PolicyBrief[];
  readonly active: DraftBasis;
  readonly onChanged: () => void;
  /** Another version came into use meanwhile. */
  readonly onOvertaken: () => void;
}

/** All versions, the newest first: each can be compared with the one in use, and used again. */
export function PolicyVersions({ gateway, id, versions, active: { version: active, tag }, onChanged, onOvertaken }: PolicyVersionsProps): VNode {
  const isAdmin = useIsAdmin();
  const [compared, setCompared] = useState<number>();
  const [asked, setAsked] = useState<number>();
  const { run, isBusy, problem, forget } = useAction();
  const rollback = async (version: number): Promise<void> => {
    const done = await run(async () => {
      await gateway.ask(`api/v1/policies/${encodeURIComponent(id)}/rollback`, { method: "POST", body: { version, reason: "from the dashboard" }, headers: { "if-match": tag } }).catch((fault: unknown) => {
        if (isOvertaken(fault)) onOvertaken();
        throw fault;
      });
    });
    if (!done) return;
    setAsked(undefined);
    setCompared(undefined);
    onChanged();
  };
  return (
    <section class="card" aria-labelledby="versions-title">
      <h2 id="versions-title">Versions</h2>
      <Table
        caption="Versions, the newest first"
        rows={[...versions].reverse()}
        keyOf={({ version }) => String(version)}
        columns={[
          { title: "Version", cell: ({ version }) => <>{String(version)} {version === active ? <Badge tone="good">in use</Badge> : undefined}</> },
          { title: "Rules", isNumber: true, cell: ({ rules }) => String(rules) },
          { title: "Digest", cell: ({ digest }) => <span class="exact">{digest.slice(0, 16)}…</span> },
          { title: "Do", cell: ({ version }) => (version === active ? "–" : (
            <span class="acts">
              <button type="button" aria-pressed={compared === version} onClick={() => { setCompared(compared === version ? undefined : version); }}>Compare</button>
              {isAdmin ? <button type="button" onClick={() => { setAsked(version); }}>Use again</button> : undefined}
            </span>
          )) },
        ]}
      />
      {compared === undefined ? undefined : <Compared key={compared} gateway={gateway} id={id} from={compared} to={active} />}
      {asked === undefined ? undefined : <Confirm title={`Use version ${String(asked)} of ${id} again`} words={`It is used from the next decision on, in the place of version ${String(active)}. What changes is shown by Compare.`} act="Use it again" isBusy={isBusy} problem={problem?.message} onClose={() => { forget(); setAsked(undefined); }} onAct={() => { void rollback(asked); }} />}
    </section>
  );
}

function Compared({ gateway, id, from, to }: { readonly gateway: GatewayClient; readonly id: string; readonly from: number; readonly to: number }): VNode {
  const state = useAsked(async (signal) => {
    const version = async (number: number): Promise<string> => policyText((await gateway.read(`api/v1/policies/${encodeURIComponent(id)}/versions/${String(number)}`, policyReply, { signal })).policy);
    return diffLines(await version(from), await version(to));
  }, [gateway, id, from, to]);
  return <Answered state={state}>{(lines) => <DiffView title={`From version ${String(from)} to version ${String(to)}`} lines={lines} />}</Answered>;
}
