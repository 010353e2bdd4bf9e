import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAction } from "../gateway/use-action.ts";
import { NewestOnly } from "../parts/newest-only.ts";
import { Problem } from "../parts/states.tsx";
import { whatIfReply, type Judgement } from "./what-if-shapes.ts";
import { WhatIfResult } from "./what-if-result.tsx";

/** Recent requests decided again under the draft. Nothing of it is kept, executed or spent. */
export function WhatIf({ gateway, draft, isReady }: { readonly gateway: GatewayClient; readonly draft: string; readonly isReady: boolean }): VNode {
  const [judgement, setJudgement] = useState<Judgement>();
  const [newest] = useState(() => new NewestOnly());
  const { run, isBusy, problem, forget } = useAction();
  // What was found of another draft says nothing of this one.
  useEffect(() => { newest.forget(); setJudgement(undefined); forget(); }, [draft]);
  const ask = (): void => {
    void run(async () => {
      const found = await newest.of(gateway.read("api/v1/what-if", whatIfReply, { method: "POST", body: { policies: [draft] } }));
      if (found !== undefined) setJudgement(found);
    });
  };
  return (
    <div class="what-if">
      <div class="row">
        <button type="button" disabled={!isReady || isBusy} onClick={ask}>{isBusy ? "Trying …" : "Try it on recent requests"}</button>
        <span class="soft">Decides them again under the draft; nothing is kept, called or spent.</span>
      </div>
      <div role="status">
        {problem === undefined ? undefined : <Problem problem={problem} />}
        {judgement === undefined ? undefined : <WhatIfResult judgement={judgement} />}
      </div>
    </div>
  );
}
