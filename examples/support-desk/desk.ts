import type { Answer, HouseCaller } from "../house/house-caller.ts";
import type { House } from "../house/open-house.ts";
import { personalTexts, tickets, type Ticket } from "./tickets.ts";

type Say = (line?: string) => void;

/** What the native API says, as far as the desk reads it. */
interface Explained {
  readonly decision_id: string;
  readonly selected?: { readonly service: string };
  readonly explanation: { readonly headline: string; readonly rejected: readonly string[] };
}
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details: { readonly approval?: string };
}

/** How well a topic has to be recognised. */
const ACCURACY = "0.9";

/** A day at the desk: tickets, a refusal, a refund, a budget that ends, receipts, and what is left of them once a person is forgotten. */
export async function runDesk(house: House, till: { readonly paid: () => number }, say: Say): Promise<void> {
  const desk = await house.callerWith({ subject: "desk", tenant: "house", permissions: ["tickets", "refunds"], limits: { budget: { day_micros: 13_000 } } });
  const receipts = [...(await answerTickets(desk, say)), await refuseTranslation(desk, say), ...(await payRefund(house, desk, till, say)), ...(await spendTheRest(desk, say))];
  await checkReceipts(house, desk, receipts, say);
  await forget(house, desk, receipts, say);
}

async function answerTickets(desk: HouseCaller, say: Say): Promise<readonly string[]> {
  say("1. Tickets: who answers, and why not the cheapest");
  const decisions: string[] = [];
  for (const ticket of tickets) {
    const { body } = await desk.send("POST", "/api/v1/orchestrate", requestOf(ticket, "ticket.answer"));
    const decision = body["decision"] as Explained;
    const { language, topic } = body["output"] as { readonly language: string; readonly topic: string };
    say(`   ${ticket.id} ${language} ${topic.padEnd(9)} → ${decision.selected?.service ?? "nobody"}`);
    for (const reason of decision.explanation.rejected) say(`        not ${reason}`);
    decisions.push(decision.decision_id);
  }
  return decisions;
}

/** Only the service in the USA translates. */
async function refuseTranslation(desk: HouseCaller, say: Say): Promise<string> {
  say("\n2. A translation of T-5 is wanted, which only answers-far offers");
  const [ticket] = tickets.filter(({ id }) => id === "T-5");
  if (ticket === undefined) throw new Error("T-5 is gone.");
  const refused = await desk.ask("POST", "/api/v1/orchestrate", requestOf(ticket, "ticket.translate", "0"));
  const { code, message } = errorOf(refused);
  say(`   refused with ${String(refused.status)} ${code}: ${message}`);
  return decisionOf(refused);
}

async function payRefund(house: House, desk: HouseCaller, till: { readonly paid: () => number }, say: Say): Promise<readonly string[]> {
  say("\n3. A refund for T-2");
  const request = {
    caio_request: 1,
    intent: { text: "Pay back invoice 4711" },
    action: { kind: "destructive" },
    data: { labels: ["personal"], media_type: "application/json", payload: { text: tickets[1]?.text ?? "", euros: 25 } },
    requirements: { capabilities: [{ type: "refund.pay" }] },
  };
  const asked = await desk.ask("POST", "/api/v1/orchestrate", request);
  const { code, details } = errorOf(asked);
  say(`   first: ${String(asked.status)} ${code}; refunds paid: ${String(till.paid())}`);
  const supervisor = await house.callerWith({ subject: "supervisor", tenant: "house", permissions: ["caio.approve"] });
  const approval = details.approval ?? "";
  await supervisor.send("POST", `/api/v1/approvals/${approval}`, { decision: "approve", reason: "The invoice is there twice." });
  const paid = await desk.ask("POST", "/api/v1/orchestrate", request, { "caio-approval": approval });
  const again = await desk.ask("POST", "/api/v1/orchestrate", request, { "caio-approval": approval });
  say(`   approved by a person: ${String(paid.status)}; the same approval once more: ${String(again.status)} ${errorOf(again).code}; refunds paid: ${String(till.paid())}`);
  return [asked, paid, again].map(decisionOf);
}

/** The budget of the desk's key is for today: what is left is the limit of the next decision. */
async function spendTheRest(desk: HouseCaller, say: Say): Promise<readonly string[]> {
  say("\n4. The budget of the day");
  const { body } = await desk.send("GET", `/api/v1/keys/${desk.keyId}/usage`);
  const { spent_micros: spent, limit_micros: limit } = body["day"] as { readonly spent_micros: number; readonly limit_micros: number };
  say(`   spent ${euros(spent)} of ${euros(limit)} EUR`);
  const [, ticket] = tickets;
  if (ticket === undefined) throw new Error("T-2 is gone.");
  const refused = await desk.ask("POST", "/api/v1/orchestrate", requestOf(ticket, "ticket.answer"));
  const { code, message } = errorOf(refused);
  say(`   T-2 again: ${String(refused.status)} ${code}: ${message}`);
  const contented = await desk.send("POST", "/api/v1/orchestrate", requestOf(ticket, "ticket.answer", "0.7"));
  say(`   T-2 with less demanded (0.7 instead of ${ACCURACY}): ${(contented.body["decision"] as Explained).selected?.service ?? ""}, which costs nothing`);
  return [refused, contented].map(decisionOf);
}

async function checkReceipts(house: House, desk: HouseCaller, decisions: readonly string[], say: Say): Promise<void> {
  say("\n5. The receipts, checked with nothing but the gateway's public key");
  const all = await Promise.all(decisions.map((id) => desk.receipt(id)));
  const valid = all.filter(({ report }) => report.valid).length;
  const told = all.filter(({ text, statement }) => personalTexts.some((word) => text.includes(word) || statement.includes(word))).length;
  say(`   ${String(valid)} of ${String(all.length)} valid; ${String(told)} with anything personal in them`);
  const kept = Buffer.from(await house.kept());
  if (!kept.includes("answers-eu")) throw new Error("What is kept could not be read, so that nothing can be said of what is not in it.");
  const found = personalTexts.filter((word) => kept.includes(word));
  say(`   in everything that the gateway keeps, ${String(Math.round(kept.length / 1024))} KiB: ${found.length === 0 ? "nothing personal" : "something personal"}`);
}

/** Whatever opens what decisions committed to is erased; their hashes, and all proofs, stay. */
async function forget(house: House, desk: HouseCaller, decisions: readonly string[], say: Say): Promise<void> {
  say("\n6. What was asked is erased; that it was decided is not");
  const [id = ""] = decisions;
  const withheld = async (): Promise<number> => (await desk.receipt(id)).report.checks.filter(({ standing }) => standing === "withheld").length;
  const before = await withheld();
  const { body } = await house.admin.send("POST", "/api/v1/retention", { openings: Date.now() });
  const { report } = await desk.receipt(id);
  say(`   openings erased: ${String(body["openings"])}; the receipt of T-1 is ${report.valid ? "still valid" : "broken"}, with ${String(await withheld())} checks withheld for want of what was erased (${String(before)} before)`);
}

function requestOf({ text, labels }: Ticket, capability: string, accuracy = ACCURACY): object {
  const guarantees = accuracy === "0" ? [] : [{ property: "classification_accuracy", bound: { min: accuracy } }];
  return {
    caio_request: 1,
    intent: { text: "Answer a ticket", categories: ["support"] },
    data: { labels, media_type: "application/json", payload: { text } },
    requirements: { capabilities: [{ type: capability }], guarantees },
  };
}

function errorOf({ body }: Answer): Refusal {
  return body["error"] as Refusal;
}

function decisionOf({ body }: Answer): string {
  return (body["decision"] as Explained).decision_id;
}

function euros(micros: number): string {
  return (micros / 1_000_000).toFixed(3);
}
