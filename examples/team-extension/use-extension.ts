import type { Answer, CheckedReceipt, House, HouseCaller } from "@caio/examples/house";
import { par, seq, type Leaf } from "@caio/guarantees";

import { carbonOf, stepOf } from "./recompose.ts";

type Say = (line?: string) => void;

interface Explained {
  readonly decision_id: string;
  readonly selected?: { readonly service: string };
  readonly explanation: { readonly headline: string; readonly rejected: readonly string[] };
}

/** A receipt's statement, as far as it is read here. */
interface Statement {
  readonly predicate: {
    readonly certificate: { readonly outcome: { readonly promise: { readonly statistical: readonly { readonly property: string; readonly bound: { readonly max_micros?: number } }[] } } };
  };
}

const TEXT = "The kettle   whistles at six. Then everybody gets up.";

/** The team's property decides, composes and is in the receipt; its detector keeps a number in the house; its protocol reaches all of it. */
export async function useExtension(house: House, say: Say): Promise<void> {
  const caller = await house.callerWith({ subject: "team", tenant: "house" });
  const bounded = await boundCarbon(caller, say);
  await composeCarbon(caller, say);
  const found = await detectCode(caller, say);
  checkReceipts(await Promise.all([...bounded, found].map((id) => caller.receipt(id))), say);
}

async function boundCarbon(caller: HouseCaller, say: Say): Promise<readonly string[]> {
  say("1. A property of the team's own: grams of CO2");
  const free = await summarise(caller, TEXT);
  say(`   nothing demanded: ${describe(free)}`);
  const bounded = await summarise(caller, TEXT, { carbon_grams: "0.1" });
  say(`   at most 0.1 g: ${describe(bounded)}`);
  const refused = await summarise(caller, TEXT, { carbon_grams: "0.01" });
  say(`   at most 0.01 g: ${describe(refused)}`);
  return [free, bounded, refused].map((answer) => decisionOf(answer).decision_id);
}

/** Steps of a plan, each a decision; what they promise together is composed by the property's algebra. */
async function composeCarbon(caller: HouseCaller, say: Say): Promise<void> {
  say("\n2. It composes: clean the text, then summarise it twice over");
  const clean = { caio_request: 1, data: { payload: { text: TEXT } }, requirements: { capabilities: [{ type: "text.clean" }] } };
  const summary = { caio_request: 1, data: { payload: { text: { $from: "clean", pointer: "/text" } } }, requirements: { capabilities: [{ type: "text.summarise" }], guarantees: { carbon_grams: "0.1" } } };
  const { body } = await caller.send("POST", "/api/v1/plans", { caio_plan: 1, plan: { seq: ["clean", { par: ["one", "two"] }] }, steps: { clean, one: summary, two: summary } });
  const { own } = body["promise"] as { readonly own: Readonly<Record<string, { readonly coverage_ppm: number; readonly bound: { readonly max_micros: number } }>> };
  const { bound } = own["carbon"] ?? { bound: { max_micros: Number.NaN } };
  say(`   0.01 + (0.05 + 0.05) g: the plan promises at most ${String(bound.max_micros / 1_000_000)} g`);
  const steps = body["steps"] as Readonly<Record<string, { readonly decision: Explained }>>;
  const stepFrom = async (name: string): Promise<Leaf> => stepOf(await caller.receipt(steps[name]?.decision.decision_id ?? ""));
  const again = carbonOf(seq(await stepFrom("clean"), par(await stepFrom("one"), await stepFrom("two"))));
  say(`   composed again from the receipts of its steps: ${String((again ?? Number.NaN) / 1_000_000)} g`);
}

async function detectCode(caller: HouseCaller, say: Say): Promise<string> {
  say("\n3. A detector of the team's own: a personal code of Estonia whose check digit holds");
  const plain = await summarise(caller, "Order 37605030298 is late.");
  say(`   another number of eleven digits: ${describe(plain)}`);
  const found = await summarise(caller, "The code is 37605030299.");
  say(`   a code: ${describe(found)}`);
  return decisionOf(found).decision_id;
}

/** Its certificate, and what the verifier made of it itself rather than taking the gateway's word. */
function checkReceipts(receipts: readonly CheckedReceipt[], say: Say): void {
  say("\n4. The receipts, checked by a verifier that has never heard of any of it");
  say(`   ${String(receipts.filter(({ report }) => report.valid).length)} of ${String(receipts.length)} valid`);
  const [, bounded] = receipts;
  if (bounded === undefined) throw new Error("There is no receipt.");
  const { predicate } = JSON.parse(bounded.statement) as Statement;
  const carbon = predicate.certificate.outcome.promise.statistical.find(({ property }) => property === "carbon");
  say(`   the certificate of the second promises at most ${String((carbon?.bound.max_micros ?? Number.NaN) / 1_000_000)} g`);
  for (const [name, words] of [["verdict.summary-far", "that summary-far promises too much"], ["promise.statistical", "what is promised"]] as const) {
    const check = bounded.report.checks.find((each) => each.name === name);
    say(`   ${words}: ${check?.standing ?? "unchecked"}`);
  }
}

async function summarise(caller: HouseCaller, text: string, guarantees?: object): Promise<Answer> {
  return await caller.ask("POST", "/api/v1/orchestrate", {
    caio_request: 1,
    data: { media_type: "application/json", payload: { text } },
    requirements: { capabilities: [{ type: "text.summarise" }], ...(guarantees === undefined ? {} : { guarantees }) },
  });
}

function describe(answer: Answer): string {
  const { selected, explanation } = decisionOf(answer);
  const reasons = explanation.rejected.map((reason) => `\n      not ${reason}`).join("");
  return `${selected?.service ?? `refused with ${String(answer.status)}`}${reasons}`;
}

function decisionOf({ body }: Answer): Explained {
  return body["decision"] as Explained;
}
