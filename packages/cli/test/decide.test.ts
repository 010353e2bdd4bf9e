import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { testKeyOf } from "../src/index.ts";
import { inputsOf, requestNames } from "./support/decisions.ts";
import { caio, example, exampleOptions, json } from "./support/run-command.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

describe.each(requestNames)("example request %s", (name) => {
  it("is decided to the same bytes every time, and explained", async () => {
    const first = await caio("route", ...inputsOf(name), "--json");
    const second = await caio("route", ...inputsOf(name), "--json");
    expect(second).toEqual(first);
    expect([0, 3]).toContain(first.code);
    const chosen = first.code === 0;
    const certificate = { testKey: true, now: 1_764_000_000_000, inputs: { registry: { logIndex: null } } };
    expect(json(first.out)).toMatchObject({ kind: chosen ? "chosen" : "refused", certificate });
    const words = await caio("explain", ...inputsOf(name));
    expect(words.out).toMatch(chosen ? /^Chosen: / : /^Refused \(/);
  });
});

it("shows who was chosen, why, every candidate, limits and promise", async () => {
  const { code, out } = await caio("route", ...inputsOf("plain"));
  expect(code).toBe(0);
  for (const part of ["Chosen: lid-fasttext", "\nWhy\n", "\nCandidates\n", "\nLimits\n", "\nPromise\n", "lid-franc     -      step 1 guarantees"]) {
    expect(out).toContain(part);
  }
});

it("says in words what was promised and what was asked", async () => {
  const words = "promises classification_accuracy at least 0.78; asked is classification_accuracy at least 0.85";
  expect((await caio("route", ...inputsOf("plain"))).out).toContain(words);
  expect((await caio("explain", ...inputsOf("plain"))).out).toContain(`lid-franc: step 1, guarantees: ${words}`);
});

it("lists every candidate of a refusal with its step and clause", async () => {
  const { code, out } = await caio("route", ...inputsOf("legal-text"));
  expect(code).toBe(3);
  expect(out).toContain("Refused (RuleViolation)");
  expect(out.match(/step 2 rule:legal-on-device/g)).toHaveLength(4);
});

it("says how to repeat a decision that was made with a random key", async () => {
  const options = [example("requests/echo.json"), ...exampleOptions, "--principal", example("principals/default.json")];
  const words = await caio("route", ...options);
  expect(words.out).toContain("--now 1764000000000 --test-key 1");
  const machines = await caio("route", ...options, "--json");
  expect(json(machines.out)).toMatchObject({ certificate: { testKey: false } });
  expect(machines.err).toContain("--test-key 1");
});

it("takes nobody for a principal where none is named", async () => {
  const { code, out } = await caio("route", example("requests/plain.json"), ...exampleOptions, "--now", "1", "--test-key", "7", "--json");
  expect(code).toBe(3);
  expect(json(out)).toMatchObject({ code: "SecurityViolation", certificate: { tenant: "default" } });
});

it("decides differently on another history", async () => {
  const folder = await temporaryFolder({
    "history.json": '{ "caio_history": 1, "version": 4, "leaves": [{ "service": "lid-fasttext", "model": null, "health": "unhealthy", "promises": [], "outcomes": 3, "violations": 2 }] }',
  });
  const { out } = await caio("route", ...inputsOf("plain"), "--history", join(folder, "history.json"), "--json");
  expect(json(out)).toMatchObject({ outcome: { selected: { service: "lid-tinyld" } }, certificate: { inputs: { history: { version: 4 } } } });
});

it("refuses a policy that is not there, and knows those beside the policy", async () => {
  const folder = await temporaryFolder({ "request.json": '{ "caio_request": 1, "requirements": { "capabilities": [] }, "policies": ["nope"] }' });
  const { code, out } = await caio("route", join(folder, "request.json"), ...exampleOptions, "--json");
  expect(code).toBe(2);
  expect(json(out)).toMatchObject({ error: { code: "UnknownPolicy", details: { known: ["eu-only", "frugal"] } } });
});

it("derives test keys as they are published", () => {
  // printf 'caio-test-key/7' | sha256sum
  expect(testKeyOf(7)).toBe("5cdf59cbb74267c2546f6b594c7af3b0732cf2a89fe1dd73086ce6a144c4ae53");
});
