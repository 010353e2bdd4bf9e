import { FakeOtlpCollector, type CollectedSpan } from "@caio/fakes";
import { afterEach, describe, expect, it } from "vitest";

import { openTracing, parseGatewayConfig } from "../src/index.ts";
import { fakeBacked, type FakeBacked, type FakeBackedOptions } from "./support/fake-backed.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const SECRET = "what-nobody-may-read";

interface Traced extends FakeBacked {
  readonly collector: FakeOtlpCollector;
  readonly faults: unknown[];
  /** All spans, once the gateway is closed: then it waits for none. */
  spans(): Promise<readonly CollectedSpan[]>;
}

async function traced({ more = "", ...options }: FakeBackedOptions & { readonly more?: string } = {}): Promise<Traced> {
  const collector = await FakeOtlpCollector.start();
  closing.push(() => collector.stop());
  const faults: unknown[] = [];
  const terms = `telemetry: { endpoint: "${collector.endpoint}"${more} }\nsecrets: ["env:OTLP"]\n`;
  const tracing = await openTracing(parseGatewayConfig(`caio_gateway: 1\n${terms}`), { OTLP: `Basic ${SECRET}` }, (fault) => faults.push(fault));
  if (tracing === undefined) throw new Error("There is an endpoint, so there is tracing.");
  const backed = await fakeBacked({ ...options, ports: { tracing } });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= backed.close());
  closing.push(close);
  const spans = async (): Promise<readonly CollectedSpan[]> => {
    await close();
    return collector.spans;
  };
  return { ...backed, close, collector, faults, spans };
}

function chat({ baseURL, caller }: FakeBacked, body: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${baseURL}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${caller}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "caio:auto", max_tokens: 50, messages: [{ role: "user", content: `My password is ${SECRET}` }], ...body }),
  });
}

const request = (spans: readonly CollectedSpan[]): CollectedSpan | undefined => spans.find(({ name }) => name === "POST /v1/chat/completions");

describe("traces", () => {
  it("tell of a request, its decision, its call and its outcome, within the caller's trace", async () => {
    const house = await traced();
    const answer = await chat(house, {}, { traceparent: PARENT, tracestate: "vendor=1" });
    await answer.text();
    const spans = await house.spans();
    const top = request(spans);
    expect(top).toMatchObject({ traceId: TRACE, parentSpanId: "00f067aa0ba902b7", kind: 2, failed: false, attributes: { "http.request.method": "POST", "http.route": "/v1/chat/completions", "http.response.status_code": 200, "service.name": "caio-gateway" } });
    const below = spans.filter(({ parentSpanId }) => parentSpanId === top?.spanId);
    expect(below.map(({ name }) => name).sort()).toEqual(["chat fake-1", "decide", "outcome"]);
    const decisionId = answer.headers.get("caio-decision-id");
    for (const { attributes, traceId } of below) expect([attributes["caio.decision.id"], traceId]).toEqual([decisionId, TRACE]);
    const call = below.find(({ name }) => name === "chat fake-1");
    expect(call).toMatchObject({
      kind: 3,
      attributes: {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "fake-1", "gen_ai.request.max_tokens": 50, "gen_ai.response.model": "fake-1",
        "gen_ai.response.finish_reasons": ["stop"], "gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 5, "server.address": "127.0.0.1", "caio.service": "first",
      },
    });
    expect(below.find(({ name }) => name === "outcome")?.attributes).toMatchObject({ "caio.attempt": 1, "caio.attempt.status": "success", "caio.attempt.cost_micros": 10_000 });
    expect(house.faulty.headers[0]).toMatchObject({ traceparent: `00-${TRACE}-${String(call?.spanId)}-01`, tracestate: "vendor=1" });
    for (const { startNs, endNs } of spans) expect(endNs >= startNs).toBe(true);
  });

  it("tell of a stream that breaks, and of the decision that another service is chosen by", async () => {
    const house = await traced({ services: 2 });
    const answer = await chat(house, { stream: true, metadata: { fault: "reset_before_first_byte" } });
    await answer.text();
    const spans = await house.spans();
    const below = spans.filter(({ parentSpanId }) => parentSpanId === request(spans)?.spanId);
    const calls = below.filter(({ kind }) => kind === 3);
    expect(calls.map(({ attributes, failed, events }) => [attributes["caio.service"], failed, attributes["error.type"], events])).toEqual([
      ["first", true, "ServiceUnavailable", []],
      ["second", false, undefined, ["first_delta"]],
    ]);
    const decisions = below.filter(({ name }) => name === "decide");
    expect(decisions.map(({ attributes }) => attributes["caio.decision.parent"])).toEqual([undefined, decisions[0]?.attributes["caio.decision.id"]]);
    expect(below.filter(({ name }) => name === "outcome").map(({ attributes }) => attributes["caio.attempt.status"])).toEqual(["error", "success"]);
    expect(request(spans)?.attributes["caio.decision.id"]).toBe(decisions[1]?.attributes["caio.decision.id"]);
  });

  it("tell of an attempt that was held back, without a call", async () => {
    const house = await traced({ services: 2 });
    const full = JSON.stringify({ service_id: "first", version: "1.1.0", capabilities: ["inference.chat"], access: { public: true }, models: [{ id: "fake-1" }], api: { protocol: "openai", base_url: house.faulty.baseUrl }, privacy: { data_locality: "local" }, cost: { model: "per_request", base_cost: "0.01", currency: "USD" }, constraints: { rate_limit: { per_minute: 1 } } });
    const swapped = await house.app.inject({ method: "PUT", url: "/api/v1/services/first", headers: { authorization: `Bearer ${house.admin}`, "content-type": "application/yaml" }, payload: full });
    expect(swapped.statusCode).toBe(200);
    for (let at = 0; at < 2; at++) await (await chat(house)).text();
    const spans = await house.spans();
    expect(spans.filter(({ kind }) => kind === 3).map(({ attributes }) => attributes["caio.service"])).toEqual(["first", "second"]);
    const outcomes = spans.filter(({ name }) => name === "outcome").map(({ attributes }) => [attributes["caio.service"], attributes["caio.attempt.sent"], attributes["error.type"]]);
    expect(outcomes).toEqual([["first", true, undefined], ["first", false, "ServiceUnavailable"], ["second", true, undefined]]);
  });

  it("hold no prompt, no answer, no key, and no address as it was asked for", async () => {
    const house = await traced();
    await (await chat(house)).text();
    await fetch(`${house.baseURL}/${SECRET}?q=${SECRET}`, { headers: { authorization: `Bearer ${house.caller}` } });
    expect((await house.spans()).map(({ name }) => name)).toContain("GET none");
    const told = house.collector.bodies.join("\n");
    for (const secret of [SECRET, house.caller, "tok"]) expect(told.replaceAll("usage.input_tokens", "").replaceAll("usage.output_tokens", "").replaceAll("max_tokens", "")).not.toContain(secret);
  });

  it("go to the collector with the operator's headers, whose secrets are no part of a fault", async () => {
    const house = await traced({ more: ', headers: { authorization: "env:OTLP" }, service_name: house' });
    await (await chat(house)).text();
    const spans = await house.spans();
    expect(house.collector.headers[0]?.authorization).toBe(`Basic ${SECRET}`);
    expect(request(spans)?.attributes["service.name"]).toBe("house");
    const config = parseGatewayConfig(`caio_gateway: 1\ntelemetry: { endpoint: "${house.collector.endpoint}", headers: { authorization: "env:OTHER" } }\n`);
    await expect(openTracing(config, { OTHER: SECRET }, () => undefined)).rejects.toMatchObject({ code: "InvalidField", message: expect.not.stringContaining(SECRET) as string });
  });

  it("that nobody takes harm no request, and are told of", async () => {
    const house = await traced();
    house.collector.status = 400;
    expect((await chat(house)).status).toBe(200);
    await house.close();
    // One for each batch: on a busy machine the spans of a request go in two.
    expect(house.collector.bodies.length).toBeGreaterThan(0);
    expect(house.faults).toMatchObject(house.collector.bodies.map(() => ({ code: "ServiceUnavailable" })));
  });

  it("begin here for a share of the requests only, and with a caller who does not trace not at all", async () => {
    const house = await traced({ more: ", sample: 0" });
    await (await chat(house)).text();
    await (await chat(house, {}, { traceparent: PARENT.replace(/01$/, "00") })).text();
    await (await chat(house, {}, { traceparent: PARENT })).text();
    const spans = await house.spans();
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(house.faulty.headers.map(({ traceparent }) => String(traceparent).slice(-2))).toEqual(["00", "00", "01"]);
  });

  it("are not there unless they are asked for", async () => {
    expect(await openTracing(parseGatewayConfig("caio_gateway: 1\n"), {}, () => undefined)).toBeUndefined();
    const house = await fakeBacked();
    closing.push(() => house.close());
    await (await chat(house, {}, { traceparent: PARENT })).text();
    expect(house.faulty.headers[0]).not.toHaveProperty("traceparent");
  });
});
