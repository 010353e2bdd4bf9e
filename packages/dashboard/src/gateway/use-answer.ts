import { useCallback, useEffect, useState } from "preact/hooks";
import type * as z from "zod/mini";

import type { GatewayClient } from "./gateway-client.ts";
import { GatewayError } from "./gateway-error.ts";

/** What a question has come to. A value stays while it is asked again. */
export interface AnswerState<Value> {
  readonly value: Value | undefined;
  readonly problem: GatewayError | undefined;
  readonly waiting: boolean;
  readonly reload: () => void;
}

/** Asks a gateway, again when the path changes or on `reload`; what comes too late is dropped. No path: asks nothing. */
export function useAnswer<Shape extends z.ZodMiniType>(gateway: GatewayClient, path: string | undefined, shape: Shape): AnswerState<z.output<Shape>> {
  return useAsked(path === undefined ? undefined : async (signal) => await gateway.read(path, shape, { signal }), [gateway, path]);
}

/** The same for any question. */
export function useAsked<Value>(ask: ((signal: AbortSignal) => Promise<Value>) | undefined, on: readonly unknown[]): AnswerState<Value> {
  const [round, setRound] = useState(0);
  const isAsked = ask !== undefined;
  const [state, setState] = useState<Omit<AnswerState<Value>, "reload">>({ value: undefined, problem: undefined, waiting: isAsked });
  useEffect(() => {
    if (ask === undefined) return;
    const ended = new AbortController();
    setState(({ value }) => ({ value, problem: undefined, waiting: true }));
    ask(ended.signal).then(
      (value) => { if (!ended.signal.aborted) setState({ value, problem: undefined, waiting: false }); },
      (fault: unknown) => { if (!ended.signal.aborted) setState(({ value }) => ({ value, problem: problemOf(fault), waiting: false })); },
    );
    return () => { ended.abort(); };
  }, [...on, round]);
  const reload = useCallback(() => {
    // In the same drawing: what is shown is of before from here on.
    setState((before) => ({ ...before, waiting: isAsked }));
    setRound((before) => before + 1);
  }, [isAsked]);
  return { ...state, reload };
}

/** Any fault as one that can be shown. */
export function problemOf(fault: unknown): GatewayError {
  return fault instanceof GatewayError ? fault : new GatewayError("Unknown", fault instanceof Error ? fault.message : "Something failed.", { cause: fault });
}
