import OpenAI, { APIError } from "openai";

import type { HouseCaller } from "../house/house-caller.ts";
import type { House } from "../house/open-house.ts";
import { prompts, type Prompt } from "./prompts.ts";

type Say = (line?: string) => void;

/** The name that leaves the choice to the gateway. */
const AUTO = "caio:auto";
const BEST = "fake-large";

/** A caller's key in the client of OpenAI, which knows nothing of CAIO. */
interface Team {
  readonly caller: HouseCaller;
  readonly client: OpenAI;
}

/** What choosing saves, what a team's budget does, and what becomes of an answer whose model fails in the middle of it. */
export async function routeModels(house: House, say: Say): Promise<void> {
  const decisions = [...(await compareCosts(house, say)), ...(await spendBudget(house, say)), ...(await breakOff(house, say))];
  say("\n4. The receipts");
  const { admin } = house;
  const receipts = await Promise.all(decisions.map((id) => admin.receipt(id)));
  say(`   ${String(receipts.filter(({ report }) => report.valid).length)} of ${String(receipts.length)} valid`);
}

async function teamWith(house: House, subject: string, dayMicros: number): Promise<Team> {
  const caller = await house.callerWith({ subject, tenant: "house", permissions: ["chat"], limits: { budget: { day_micros: dayMicros } } });
  return { caller, client: new OpenAI({ apiKey: caller.key, baseURL: `${house.url}/v1`, maxRetries: 0 }) };
}

async function compareCosts(house: House, say: Say): Promise<readonly string[]> {
  say(`1. ${String(prompts.length)} prompts, chosen for, and always the best`);
  const chosen = await teamWith(house, "chosen", 1_000_000);
  const best = await teamWith(house, "best", 1_000_000);
  const decisions: string[] = [];
  const served = new Map<string, number>();
  for (const prompt of prompts) {
    const { model, decisionId } = await ask(chosen.client, prompt, AUTO);
    served.set(model, (served.get(model) ?? 0) + 1);
    decisions.push(decisionId, (await ask(best.client, prompt, BEST)).decisionId);
  }
  const [cheap, dear] = [await spentMicros(chosen), await spentMicros(best)];
  say(`   ${AUTO}: ${[...served].map(([model, count]) => `${String(count)} × ${model}`).join(", ")}; ${String(cheap)} µUSD`);
  say(`   always ${BEST}: ${String(dear)} µUSD`);
  say(`   saved: ${String(Math.round((100 * (dear - cheap)) / dear))} %`);
  return decisions;
}

/** What is left of a budget is the limit of the next decision; the worst case of a call must fit into it. */
async function spendBudget(house: House, say: Say): Promise<readonly string[]> {
  say("\n2. A team with 0.01 USD a day, always asking for the best");
  const team = await teamWith(house, "small-team", 10_000);
  const [prompt] = prompts;
  if (prompt === undefined) throw new Error("There is no prompt.");
  const decisions: string[] = [];
  try {
    for (;;) decisions.push((await ask(team.client, prompt, BEST)).decisionId);
  } catch (error) {
    if (!(error instanceof APIError) || error.status !== 402) throw error;
    say(`   after ${String(decisions.length)} answers: ${String(error.status)} ${String(error.code)}`);
    say(`   ${error.message}`);
  }
  say(`   spent: ${String(await spentMicros(team))} of 10000 µUSD`);
  const { model, decisionId } = await ask(team.client, prompt, AUTO);
  say(`   left to choose, the gateway still finds ${model}, whose worst case fits`);
  return [...decisions, decisionId];
}

/** The fake that plays the small model breaks off where the metadata of the request says so. */
async function breakOff(house: House, say: Say): Promise<readonly string[]> {
  say("\n3. A stream whose model fails after three tokens");
  const { client } = await teamWith(house, "streaming", 1_000_000);
  const { data: stream, response } = await client.chat.completions
    .create({ model: AUTO, messages: [{ role: "user", content: "Count to eight." }], max_completion_tokens: 200, metadata: { fault: "cut", after: "3", tokens: "8" }, stream: true })
    .withResponse();
  const models: string[] = [];
  const decisions = [response.headers.get("caio-decision-id") ?? ""];
  let text = "";
  for await (const chunk of stream) {
    if (models.at(-1) !== chunk.model) models.push(chunk.model);
    // The one word that is not OpenAI's: by which decision the answer went on.
    if ("caio" in chunk) decisions.push((chunk.caio as { readonly resumed_by: string }).resumed_by);
    text += chunk.choices[0]?.delta.content ?? "";
  }
  say(`   begun by ${models.join(", gone on by ")}; the client read: ${text.trim()}`);
  return decisions;
}

async function ask(client: OpenAI, { text, reasoning }: Prompt, model: string): Promise<{ readonly model: string; readonly decisionId: string }> {
  const { data, response } = await client.chat.completions
    .create({ model, messages: [{ role: "user", content: text }], max_completion_tokens: 200, metadata: { tokens: reasoning ? "120" : "40" } }, { headers: reasoning ? { "caio-require": "inference.chat.reasoning" } : {} })
    .withResponse();
  return { model: data.model, decisionId: response.headers.get("caio-decision-id") ?? "" };
}

async function spentMicros({ caller }: Team): Promise<number> {
  const { body } = await caller.send("GET", `/api/v1/keys/${caller.keyId}/usage`);
  return (body["day"] as { readonly spent_micros: number }).spent_micros;
}
