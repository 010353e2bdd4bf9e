import type { Scenario } from "../scenario.ts";
import { approval } from "./approval.ts";
import { brokenPromise } from "./broken-promise.ts";
import { callers } from "./callers.ts";
import { choices } from "./choices.ts";
import { hotSwap } from "./hot-swap.ts";
import { plan } from "./plan.ts";
import { limits, privacy, ruleRefusal } from "./refusals.ts";
import { tools } from "./tools.ts";

/** The demo, in order: later scenarios may use what earlier ones left behind. */
export const allScenarios: readonly Scenario[] = [
  choices,
  ruleRefusal,
  privacy,
  limits,
  callers,
  tools,
  plan,
  approval,
  brokenPromise,
  hotSwap,
];
