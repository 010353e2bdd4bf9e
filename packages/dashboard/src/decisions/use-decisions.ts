import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { DecisionFeed, type KnownDecisions } from "./decision-feed.ts";
import type { DecisionFilter } from "./decision-row.ts";
import { RecentDecisions } from "./recent-decisions.ts";

/** The decisions that are asked for, as they come. */
export interface Decisions extends KnownDecisions {
  readonly isListening: boolean;
  readonly loadOlder: () => void;
}

const NOTHING: KnownDecisions = { known: RecentDecisions.none, currency: "", hasOlder: false, problem: undefined, isLoading: true, isRecorded: true };

/**
 * Reads the newest decisions and hears of new ones. What comes is gathered and added once per frame, so that a burst of events is one
 * change of the page. What was only heard of is read afterwards, all of it at once.
 */
export function useDecisions(gateway: GatewayClient, filter: DecisionFilter): Decisions {
  const [state, setState] = useState<KnownDecisions>(NOTHING);
  const [isListening, setListening] = useState(false);
  const older = useRef<() => void>(() => undefined);
  useEffect(() => {
    const feed = new DecisionFeed(gateway, filter, setState);
    setState(NOTHING);
    older.current = () => { feed.loadOlder(); };
    feed.start(setListening);
    return () => { feed.end(); };
  }, [gateway, filter.outcome, filter.service, filter.tenant]);
  const loadOlder = useCallback(() => { older.current(); }, []);
  return { ...state, isListening, loadOlder };
}
