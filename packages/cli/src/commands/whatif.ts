import { CaioError } from "@caio/core";
import { weightNames } from "@caio/orchestrator";
import { parsePolicySet } from "@caio/rules";

import { exitCodes } from "../exit-code.ts";
import { pastTime } from "../load/past-time.ts";
import { readText } from "../load/read-text.ts";
import { styleOf } from "../present/style.ts";
import { prettyJson } from "../present/pretty-json.ts";
import { whatIfText } from "../present/what-if.ts";
import { openPast, type PastPlace } from "../whatif/open-past.ts";
import { weightsOf, type OtherPolicy } from "../whatif/other-policy.ts";
import { OUTCOME } from "../whatif/reward.ts";
import { whatIf } from "../whatif/what-if.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

/** Which decisions of which store are asked about, and by what they are judged. */
export interface PastOptions extends JsonOption, PastPlace {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly tenant?: string | undefined;
  readonly reward?: string | undefined;
}

export interface WhatIfOptions extends PastOptions {
  /** File of the policy that is asked about; absent: those that decided, with `weights`. */
  readonly policy?: string | undefined;
  /** `NAME=NUMBER,…`, in place of the policy's. */
  readonly weights?: string | undefined;
}

/**
 * `caio whatif`: what other weights would have done with the decisions of a log, with intervals; or bounds and the exit code of a refusal where
 * the log has no overlap.
 *
 * @throws CaioError for a store or a policy that cannot be read, or a log that has nothing to say
 */
export const whatif: RunCommand<WhatIfOptions> = async (options, context) => {
  const { reward = OUTCOME, json = false } = options;
  const other = await otherPolicy(options);
  const { past, policies } = await openPast(options, spanOf(options, context.door.now()), context);
  const answer = whatIf({ past, policies, other, reward });
  const { terminal } = context;
  terminal.write(json ? prettyJson(answer) : whatIfText(answer, styleOf(terminal)));
  return answer.value.kind === "estimated" ? exitCodes.ok : exitCodes.refused;
};

/** @throws CaioError `InvalidField` */
export function spanOf({ since, until, tenant }: PastOptions, now: number): { readonly since?: number; readonly until?: number; readonly tenant?: string } {
  return {
    ...(since === undefined ? {} : { since: pastTime("--since", since, now) }),
    ...(until === undefined ? {} : { until: pastTime("--until", until, now) }),
    ...(tenant === undefined ? {} : { tenant }),
  };
}

async function otherPolicy({ policy, weights }: WhatIfOptions): Promise<OtherPolicy> {
  if (policy === undefined && weights === undefined) throw new CaioError("InvalidField", "What is asked? Name a policy file, or weights: --weights cost=0.4,intent=0.1");
  return {
    policy: policy === undefined ? undefined : parsePolicySet(await readText(policy, "InvalidPolicy"), { file: policy }),
    weights: weights === undefined ? {} : weightsOf(weights, weightNames),
  };
}
