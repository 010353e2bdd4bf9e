import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useIsAdmin } from "../gateway/caller.ts";
import { counted } from "../parts/format.ts";
import { Answered, Empty } from "../parts/states.tsx";
import type { ViewProps } from "../shell/views.ts";
import { KeyDialog, type KeyAct } from "./key-dialog.tsx";
import { KeysTable } from "./keys-table.tsx";
import { PAGE, useKeys } from "./use-keys.ts";

/** Keys with what they may spend and have spent; for administrators also the making and ending of them. */
export function KeysView({ gateway }: ViewProps): VNode {
  const [act, setAct] = useState<KeyAct>();
  const isAdmin = useIsAdmin();
  const [find, setFind] = useState("");
  const { readMore, ...state } = useKeys(gateway, { isAdmin, find });
  return (
    <>
      <header>
        <h1>Keys and budgets</h1>
        <p>Who may ask this gateway, and what they may spend. A budget is exact: what a call could cost is reserved before it is made.</p>
      </header>
      <Answered state={state}>
        {({ currency, now, keys, hasMore }) => (
          <section class="card" aria-labelledby="keys-title">
            <div class="row spread">
              <h2 id="keys-title">{`${hasMore ? "The first " : ""}${counted(keys.length)} key${keys.length === 1 ? "" : "s"}`}</h2>
              {isAdmin ? <button type="button" class="main" onClick={() => { setAct({ kind: "make" }); }}>Make a key</button> : <span class="soft">Your own; administrators see all.</span>}
            </div>
            {isAdmin ? (
              <label>
                Find by subject, tenant or key id
                <input type="search" autocomplete="off" spellcheck={false} maxLength={200} value={find} onInput={({ currentTarget: { value } }) => { setFind(value); }} />
              </label>
            ) : undefined}
            {keys.length === 0 ? <Empty>{find === "" ? "There is no key that you may see." : "No key has that in its subject, tenant or id."}</Empty> : <KeysTable keys={keys} currency={currency} now={now} isOfBefore={state.waiting} {...(isAdmin ? { onAct: setAct } : {})} />}
            {hasMore ? <p class="row end"><button type="button" disabled={state.waiting} onClick={readMore}>{`Read ${counted(PAGE)} more`}</button></p> : undefined}
            {act === undefined ? undefined : <KeyDialog gateway={gateway} act={act} currency={currency} onClose={() => { setAct(undefined); }} onDone={state.reload} />}
          </section>
        )}
      </Answered>
    </>
  );
}
