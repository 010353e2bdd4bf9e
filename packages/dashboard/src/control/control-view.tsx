import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { listen } from "../gateway/event-stream.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAnswer } from "../gateway/use-answer.ts";
import { Badge } from "../parts/badge.tsx";
import { ago, counted } from "../parts/format.ts";
import { Answered, Empty } from "../parts/states.tsx";
import { hashOf } from "../shell/hash-route.ts";
import type { ViewProps } from "../shell/views.ts";
import { ControlCharts } from "./control-charts.tsx";
import { controlReply, type ControlReply, type Conversation } from "./control-shape.ts";
import { ModesPicture } from "./modes-picture.tsx";
import { StepsTable } from "./steps-table.tsx";

/** A burst of decisions is looked at once. */
const SETTLE_MS = 1000;

/** The mission's control: how the intent field stands, and what u did to it, conversation by conversation (calculus §9). */
export function ControlView({ gateway, route }: ViewProps): VNode {
  const state = useAnswer(gateway, "api/v1/control", controlReply);
  useAfterDecisions(gateway, state.reload);
  return (
    <>
      <header>
        <h1>Control</h1>
        <p>After each decision u goes back to the intent system: it excites the mode of the chosen service and damps the rest, and never so hard that the energy of the intent field could pass its limit.</p>
      </header>
      <Answered state={state}>{(reply) => <Conversations reply={reply} chosen={route.parts[0]} />}</Answered>
    </>
  );
}

function Conversations({ reply, chosen }: { readonly reply: ControlReply; readonly chosen: string | undefined }): VNode {
  const conversation = reply.conversations.find((each) => nameOf(each) === chosen) ?? reply.conversations[0];
  if (conversation === undefined) return <section class="card"><Empty>Nothing was decided since the gateway began. <code>POST /api/v1/orchestrate</code>, or any OpenAI client, makes a decision.</Empty></section>;
  const { last, count, last_at: lastAt } = conversation;
  const now = Date.now();
  return (
    <>
      <section class="card" aria-labelledby="who-title">
        <div class="row">
          <h2 id="who-title">Conversation</h2>
          <Badge tone={reply.loop === "maia" ? "good" : "plain"}>{reply.loop === "maia" ? "MAIA is connected" : "no MAIA connected"}</Badge>
        </div>
        <label>
          By who asked
          <select value={nameOf(conversation)} onChange={({ currentTarget }) => { location.hash = hashOf("control", [currentTarget.value]); }}>
            {reply.conversations.map((each) => <option key={nameOf(each)} value={nameOf(each)}>{`${each.tenant} · ${each.id} · ${counted(each.count)} decisions, ${ago(each.last_at, now)}`}</option>)}
          </select>
        </label>
        {reply.loop === "maia" ? undefined : <p class="note">Without one each request has an intent field of its own, and u is a nudge with no claim but its bound.</p>}
        <dl class="facts">
          <div><dt>Decisions</dt><dd class="big">{counted(count)}</dd></div>
          <div><dt>Last</dt><dd class="big">{ago(lastAt, now)}</dd></div>
          <div><dt>Service</dt><dd class="big"><bdi>{last.service}</bdi></dd></div>
        </dl>
      </section>
      <ControlCharts conversation={conversation} eMaxMicros={reply.e_max_micros} />
      <div class="cards halves">
        <section class="card"><ModesPicture title="Modes of u" energies={last.u_modes_micros} /></section>
        <section class="card">{last.field_modes_micros === null ? <p class="note">The modes of the intent field are made of what was said: an admin key sees them.</p> : <ModesPicture title="Modes of the intent field" energies={last.field_modes_micros} />}</section>
      </div>
      <StepsTable conversation={conversation} now={now} />
    </>
  );
}

/** Two tenants may have conversations of one id. */
function nameOf({ tenant, id }: Conversation): string {
  return `${tenant}/${id}`;
}

function useAfterDecisions(gateway: GatewayClient, reload: () => void): void {
  const [heard, setHeard] = useState(0);
  useEffect(() => {
    const ended = new AbortController();
    void listen(gateway, ["decision"], { signal: ended.signal, onState: () => undefined, onEvents: () => { setHeard((before) => before + 1); } });
    return () => { ended.abort(); };
  }, [gateway]);
  useEffect(() => {
    if (heard === 0) return;
    const timer = setTimeout(reload, SETTLE_MS);
    return () => { clearTimeout(timer); };
  }, [heard]);
}
