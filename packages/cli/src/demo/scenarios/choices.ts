import { lineOf } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

const EXPECTED = [
  ["plain", "lid-fasttext"],
  ["more-accuracy", "lid-eld"],
  ["less-cost", "lid-franc"],
] as const;

/** The choice follows what is asked: a plain one, then one that flips by accuracy, then one that flips by cost. */
export const choices: Scenario = {
  title: "Choosing",
  announced: "the same text goes to another service when more accuracy is asked for, and to a third when it must cost less",
  play: async (stage) => {
    const expectations = new Expectations();
    const principal = await stage.principal();
    const played = [];
    for (const [name, service] of EXPECTED) {
      const result = await stage.orchestrate(await stage.request(name), principal);
      const chosen = result.decision.kind === "chosen" ? result.decision.outcome.selected.service : result.decision.code;
      expectations.that(result.kind === "success" && chosen === service, `${name} is answered by ${service} (found ${chosen}, ${result.kind})`);
      played.push({ line: lineOf(name, result), decision: result.decision });
    }
    const [first] = played;
    return { lines: played.map(({ line }) => line), unmet: expectations.unmet, ...(first === undefined ? {} : { decision: first.decision }) };
  },
};
