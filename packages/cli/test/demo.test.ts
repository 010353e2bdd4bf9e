import { beforeAll, describe, expect, it } from "vitest";

import { ContractParser, type ServiceContract } from "@caio/contracts";

import { closingText, demoJson, scenarioText } from "../src/demo/demo-text.ts";
import type { RunningExamples } from "../src/demo/examples-module.ts";
import { runDemo } from "../src/demo/run-demo.ts";
import type { Scenario } from "../src/demo/scenario.ts";
import { choices } from "../src/demo/scenarios/choices.ts";
import { limits, ruleRefusal } from "../src/demo/scenarios/refusals.ts";
import { tokenIssuer } from "../src/demo/scenarios/token-issuer.ts";
import { openStage, type Stage } from "../src/demo/stage.ts";
import { readText } from "../src/load/read-text.ts";
import { documentFiles } from "../src/load/document-files.ts";
import { styleOf } from "../src/present/style.ts";
import { example } from "./support/run-command.ts";

const plain = styleOf({ colours: false });

/** A fake: the contracts of the examples with nothing behind them. */
async function fakeExamples(): Promise<RunningExamples> {
  const contracts: ServiceContract[] = [];
  for (const file of await documentFiles(example("contracts"))) contracts.push(new ContractParser().parse(await readText(file, "InvalidContract"), { file }));
  const [flaky] = contracts;
  if (flaky === undefined) throw new Error("No contract in the examples.");
  return {
    contracts,
    later: { flaky, tinyldV2: flaky },
    executors: { http: { allow: () => false }, mcp: { servers: {} } },
    setFlakyMode: () => undefined,
    close: () => Promise.resolve(),
  };
}

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(await fakeExamples(), example("."), new AbortController().signal);
});

describe("scenarios", () => {
  it("that only decide end as announced", async () => {
    const { played, summary } = await runDemo([ruleRefusal, limits], stage, () => undefined);
    expect(played.flatMap(({ unmet }) => unmet)).toEqual([]);
    expect(summary).toMatchObject({ scenarios: 2, asAnnounced: 2, requests: 4, logHolds: true });
    expect(played[0]?.lines[0]).toMatchObject({ chosen: "RuleViolation", why: "step 2 rule:legal-on-device × 4", measured: "not executed" });
  });

  it("that nobody answers do not, and say which announcement failed", async () => {
    const { played, summary } = await runDemo([choices], stage, () => undefined);
    expect(summary.asAnnounced).toBe(0);
    expect(played[0]?.unmet).toHaveLength(3);
    const [scenario] = played;
    expect(scenario === undefined ? "" : scenarioText(scenario, plain)).toContain("NOT as announced");
  });

  it("that break off do not stop the others", async () => {
    const broken: Scenario = { title: "Broken", announced: "nothing", play: async (on) => ({ lines: [], unmet: [(await on.request("no-such-file")).name ?? ""] }) };
    const result = await runDemo([broken, ruleRefusal], stage, () => undefined);
    expect(result.summary.asAnnounced).toBe(1);
    expect(closingText(result, plain)).toContain("1 of 2 as announced");
    expect(demoJson(result)).toMatchObject({ scenarios: [{ as_announced: false }, { as_announced: true }] });
  });

  it("are not played once the user has stopped the demo", async () => {
    const stopped = await openStage(await fakeExamples(), example("."), AbortSignal.abort());
    expect((await runDemo([ruleRefusal], stopped, () => undefined)).played).toEqual([]);
  });
});

it("issues tokens that the door takes until they end", async () => {
  const { door, tokenUntil } = tokenIssuer();
  await expect(door.authenticate(tokenUntil(2000), 1_999_000)).resolves.toMatchObject({ subject: "ada", tenant: "house" });
  await expect(door.authenticate(tokenUntil(2000), 2_000_000)).rejects.toMatchObject({ code: "InvalidToken" });
});
