import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useIsAdmin } from "../gateway/caller.ts";
import { useAsked } from "../gateway/use-answer.ts";
import { counted } from "../parts/format.ts";
import { Answered, Empty } from "../parts/states.tsx";
import type { ViewProps } from "../shell/views.ts";
import { KeyDialog, type KeyAct } from "./key-dialog.tsx";
import { budgetsReply, keysReply, type KeyBudget, type KeyRights } from "./key-shapes.ts";
import { KeysTable } from "./keys-table.tsx";

/** A key with all that may be told of it. Rights are told to administrators alone. */
export interface KnownKey extends KeyBudget {
  readonly rights: KeyRights | undefined;
}

/** Keys with what they may spend and have spent; for administrators also the making and ending of them. */
export function KeysView({ gateway }: ViewProps): VNode {
  const [act, setAct] = useState<KeyAct>();
  const isAdmin = useIsAdmin();
  const state = useAsked(async (signal) => {
    const keys = isAdmin ? await gateway.read("api/v1/keys", keysReply, { signal }) : undefined;
    const { budgets, currency, now } = await gateway.read("api/v1/budgets?limit=500", budgetsReply, { signal });
    const rights = new Map(keys?.keys.map((each) => [each.key_id, each]));
    return { currency, now, keys: budgets.map((budget): KnownKey => ({ ...budget, rights: rights.get(budget.key_id) })) };
  }, [gateway, isAdmin]);
  return (
    <>
      <header>
        <h1>Keys and budgets</h1>
        <p>Who may ask this gateway, and what they may spend. A budget is exact: what a call could cost is reserved before it is made.</p>
      </header>
      <Answered state={state}>
        {({ currency, now, keys }) => (
          <section class="card" aria-labelledby="keys-title">
            <div class="row spread">
              <h2 id="keys-title">{`${counted(keys.length)} key${keys.length === 1 ? "" : "s"}`}</h2>
              {isAdmin ? <button type="button" class="main" onClick={() => { setAct({ kind: "make" }); }}>Make a key</button> : <span class="soft">Your own; administrators see all.</span>}
            </div>
            {keys.length === 0 ? <Empty>No key has a budget that you may see.</Empty> : <KeysTable keys={keys} currency={currency} now={now} {...(isAdmin ? { onAct: setAct } : {})} />}
            {act === undefined ? undefined : <KeyDialog gateway={gateway} act={act} currency={currency} onClose={() => { setAct(undefined); }} onDone={state.reload} />}
          </section>
        )}
      </Answered>
    </>
  );
}
