import { useEffect, useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAsked, type AnswerState } from "../gateway/use-answer.ts";
import { useSettled } from "../parts/use-settled.ts";
import { budgetsReply, keysReply, type KeyBudget, type KeyRights } from "./key-shapes.ts";

/** A key with all that may be told of it. Rights are told to administrators alone. */
export interface KnownKey extends KeyBudget {
  readonly rights: KeyRights | undefined;
}

/** The keys that were read, and what they are measured by. */
export interface KnownKeys {
  readonly keys: readonly KnownKey[];
  readonly hasMore: boolean;
  readonly currency: string;
  /** The gateway's time, milliseconds. */
  readonly now: number;
}

/** As many as the gateway gives at once. */
export const PAGE = 500;
/** How long a search waits for the next letter, milliseconds. */
const SETTLE_MS = 250;

/** Keys by pages, narrowed by the gateway: a search finds those of all pages. `reload` reads as many pages again. */
export function useKeys(gateway: GatewayClient, { isAdmin, find }: { readonly isAdmin: boolean; readonly find: string }): AnswerState<KnownKeys> & { readonly readMore: () => void } {
  const [pages, setPages] = useState(1);
  const settled = useSettled(find.trim(), SETTLE_MS);
  useEffect(() => { setPages(1); }, [settled]);
  const state = useAsked(async (signal): Promise<KnownKeys> => {
    const told = isAdmin ? await gateway.read("api/v1/keys", keysReply, { signal }) : undefined;
    const rights = new Map(told?.keys.map((each) => [each.key_id, each]));
    let page = await readPage(gateway, settled, undefined, signal);
    const budgets = [...page.budgets];
    for (let read = 1; read < pages && page.next !== null; read++) {
      page = await readPage(gateway, settled, page.next, signal);
      budgets.push(...page.budgets);
    }
    return { keys: budgets.map((budget) => ({ ...budget, rights: rights.get(budget.key_id) })), hasMore: page.next !== null, currency: page.currency, now: page.now };
  }, [gateway, isAdmin, settled, pages]);
  return { ...state, readMore: () => { setPages((before) => before + 1); } };
}

async function readPage(gateway: GatewayClient, find: string, after: string | undefined, signal: AbortSignal): Promise<{ budgets: readonly KeyBudget[]; next: string | null; currency: string; now: number }> {
  const terms = new URLSearchParams({ limit: String(PAGE), ...(find === "" ? {} : { find }), ...(after === undefined ? {} : { after }) });
  return await gateway.read(`api/v1/budgets?${terms.toString()}`, budgetsReply, { signal });
}
