import { lineOf } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

/** What cannot be undone waits for a person. */
export const approval: Scenario = {
  title: "Approval",
  announced: "forgetting is destructive: without a person's yes it is not executed (ApprovalRequired), with it it is; the demo plays the person",
  play: async (stage) => {
    const expectations = new Expectations();
    const [document, principal] = [await stage.request("forget"), await stage.principal()];
    stage.answer(false);
    const denied = await stage.orchestrate(document, principal);
    expectations.that(denied.kind === "failed" && denied.error.code === "ApprovalRequired", `the no is kept (found ${denied.kind})`);
    expectations.that(denied.attempts.length === 0, "nothing is executed before the yes");
    stage.answer(true);
    const approved = await stage.orchestrate(document, principal);
    expectations.that(approved.kind === "success", `the yes is executed (found ${approved.kind})`);
    stage.answer(false);
    return { lines: [lineOf("forget (no)", denied), lineOf("forget (yes)", approved)], unmet: expectations.unmet };
  },
};
