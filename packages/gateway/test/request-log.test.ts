import { afterEach, describe, expect, it } from "vitest";

import { fakeBacked, type FakeBacked } from "./support/fake-backed.ts";

const SECRET = "what-nobody-may-read";

let house: FakeBacked | undefined;
afterEach(() => house?.close());

async function logged(level: "info" | "debug"): Promise<{ readonly backed: FakeBacked; readonly lines: readonly Record<string, unknown>[]; readonly text: () => string }> {
  const lines: Record<string, unknown>[] = [];
  const texts: string[] = [];
  const log = {
    write: (line: string): void => {
      texts.push(line);
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  };
  house = await fakeBacked({ config: `log: { level: ${level} }\n`, ports: { log } });
  return { backed: house, lines, text: () => texts.join("") };
}

const send = ({ baseURL, caller }: FakeBacked, body: object, key = caller): Promise<Response> =>
  fetch(`${baseURL}/chat/completions?q=${SECRET}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, cookie: `session=${SECRET}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "caio:auto", messages: [{ role: "user", content: SECRET }], ...body }),
  });

describe("the log of a gateway", () => {
  it("has one line for a request, with the names of the request and of its decision", async () => {
    const { backed, lines } = await logged("info");
    for (const stream of [false, true]) {
      const answer = await send(backed, { stream });
      await answer.text();
      await expect.poll(() => lines.filter(({ msg }) => msg === "answered").at(-1)?.["reqId"]).toBe(answer.headers.get("x-request-id"));
      expect(lines.filter(({ msg }) => msg === "answered").at(-1)).toMatchObject({ method: "POST", route: "/v1/chat/completions", status: 200, decision_id: answer.headers.get("caio-decision-id") });
    }
    expect(new Set(lines.filter(({ msg }) => msg === "answered").map(({ reqId }) => reqId)).size).toBe(lines.filter(({ msg }) => msg === "answered").length);
  });

  it("holds no prompt, no header, no query and no key, whatever went wrong", async () => {
    const { backed, lines, text } = await logged("debug");
    const bodies: object[] = [{}, { stream: true, metadata: { fault: "error_in_200" } }, { metadata: { status: "500" } }, { stream: true, metadata: { fault: "cut", after: "2" } }, { messages: SECRET }, { model: SECRET }];
    for (const body of bodies) await (await send(backed, body)).text().catch(() => undefined);
    await (await send(backed, {}, `caio_${SECRET}`)).text();
    await fetch(`${backed.baseURL}/${SECRET}`, { headers: { authorization: `Bearer ${SECRET}` } });
    await fetch(`${backed.baseURL}/${SECRET}%zz`);
    await expect.poll(() => lines.some(({ route }) => route === "none")).toBe(true);
    const keyText = backed.caller.split("_").slice(2).join("_");
    for (const secret of [SECRET, keyText, "secret prompt text", "authorization"]) expect(text()).not.toContain(secret);
    expect(lines.some(({ msg }) => msg === "request failed")).toBe(true);
  });
});
