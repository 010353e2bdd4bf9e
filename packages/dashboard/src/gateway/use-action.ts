import { useState } from "preact/hooks";

import type { GatewayError } from "./gateway-error.ts";
import { problemOf } from "./use-answer.ts";

/** Something that is done at the gateway: whether it is under way, and what went wrong. */
export interface Action {
  readonly isBusy: boolean;
  readonly problem: GatewayError | undefined;
  /** Does it; whether it was done. */
  readonly run: (act: () => Promise<unknown>) => Promise<boolean>;
  readonly forget: () => void;
}

export function useAction(): Action {
  const [state, setState] = useState<Pick<Action, "isBusy" | "problem">>({ isBusy: false, problem: undefined });
  return {
    ...state,
    run: async (act) => {
      setState({ isBusy: true, problem: undefined });
      try {
        await act();
        setState({ isBusy: false, problem: undefined });
        return true;
      } catch (fault) {
        setState({ isBusy: false, problem: problemOf(fault) });
        return false;
      }
    },
    forget: () => { setState({ isBusy: false, problem: undefined }); },
  };
}
