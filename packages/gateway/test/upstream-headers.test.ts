import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fakeBacked, type FakeBacked } from "./support/fake-backed.ts";

/** All that a service is told beside the payload: what the transport needs, and what the executor says itself. */
const ALLOWED = ["accept", "connection", "content-length", "content-type", "host", "idempotency-key"];

let house: FakeBacked;
beforeAll(async () => { house = await fakeBacked(); });
afterAll(() => house.close());

describe("the headers of a caller", () => {
  it("stay at the gateway: a service gets those of a list, and none of them is the caller's", async () => {
    const mine = {
      authorization: `Bearer ${house.caller}`, "content-type": "application/json", cookie: "mine=1", "x-forwarded-for": "10.1.2.3", forwarded: "for=10.1.2.3", "x-api-key": "mine",
      "openai-organization": "mine", "idempotency-key": "mine", "user-agent": "mine", "accept-language": "mine", "x-anything": "mine", traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "caio-max-cost": "1",
    };
    const decisions: (string | null)[] = [];
    for (const stream of [false, true]) {
      const answer = await fetch(`${house.baseURL}/chat/completions`, { method: "POST", headers: mine, body: JSON.stringify({ model: "caio:auto", stream, messages: [{ role: "user", content: "Hello" }] }) });
      await answer.text();
      expect(answer.status).toBe(200);
      decisions.push(answer.headers.get("caio-decision-id"));
    }
    expect(house.faulty.headers.map((headers) => Object.keys(headers).sort())).toEqual([ALLOWED, ALLOWED]);
    expect(JSON.stringify(house.faulty.headers)).not.toContain("mine");
    expect(house.faulty.headers.map((headers) => headers["idempotency-key"])).toEqual(decisions);
  });
});
