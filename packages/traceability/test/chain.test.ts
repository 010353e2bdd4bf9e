import { canonicalJson } from "@caio/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { entryHash, entryText, parseLogEntry, verifyChain, type LogRecord } from "../src/index.ts";
import { decision, some } from "./support/records.ts";

/** Entries of two tenants and of none, linked. */
function chainOf(tenants: readonly (string | null)[]): string[] {
  const heads = new Map<string | null, string>();
  return tenants.map((tenant, index) => {
    const record: LogRecord =
      tenant === null
        ? { kind: "policy", tenant, body: { version: index, digest: some(index), parent: null } }
        : { kind: "decision", tenant, body: decision(String(index)) };
    const text = entryText({ ...record, prev: heads.get(tenant) ?? null });
    heads.set(tenant, entryHash(text));
    return text;
  });
}

const chains = fc.array(fc.constantFrom("acme", "bolt", null), { minLength: 2, maxLength: 30 }).map(chainOf);

describe("verifyChain", () => {
  it("accepts what was linked, whole, from any place on, and one tenant alone", () => {
    fc.assert(
      fc.property(chains, fc.nat(), (texts, at) => {
        const cut = at % texts.length;
        const before = verifyChain(texts.slice(0, cut));
        expect(before.holds && verifyChain(texts.slice(cut), before.heads).holds).toBe(true);
        expect(verifyChain(texts.filter((text) => parseLogEntry(text).tenant === "acme")).holds).toBe(true);
      }),
    );
  });

  const followed = (texts: readonly string[], index: number): boolean => {
    const tenant = parseLogEntry(texts[index] ?? "").tenant;
    return texts.slice(index + 1).some((text) => parseLogEntry(text).tenant === tenant);
  };

  it("finds every entry that was changed, removed, repeated or moved and has a successor", () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.constantFrom("change", "remove", "repeat"), (texts, at, how) => {
        const index = at % texts.length;
        const text = texts[index] ?? "";
        fc.pre(followed(texts, index) || how === "repeat");
        const changed = canonicalJson({ ...parseLogEntry(text), tenant: "mallory" });
        const instead = { change: [changed], remove: [], repeat: [text, text] }[how];
        const tampered = [...texts.slice(0, index), ...instead, ...texts.slice(index + 1)];
        expect(verifyChain(tampered).holds).toBe(false);
      }),
    );
  });

  it("finds two entries of one tenant that were swapped", () => {
    const [first = "", second = "", third = ""] = chainOf(["acme", "acme", "acme"]);
    expect(verifyChain([first, third, second])).toMatchObject({ holds: false, position: 1 });
  });

  it("never throws, whatever the texts", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (texts) => {
        expect(verifyChain(texts).holds).toBe(texts.length === 0);
      }),
    );
  });
});

describe("parseLogEntry", () => {
  const [text = ""] = chainOf(["acme"]);
  it.each<[string, string]>([
    ["no JSON", "{"],
    ["another order of keys", JSON.stringify({ ...parseLogEntry(text), kind: "decision" }).replace('{"body"', '{ "body"')],
    ["an unknown kind", canonicalJson({ ...parseLogEntry(text), kind: "note" })],
    ["a key too many", canonicalJson({ ...parseLogEntry(text), more: 1 })],
    ["a decision of no tenant", canonicalJson({ ...parseLogEntry(text), tenant: null })],
    ["a short prev", canonicalJson({ ...parseLogEntry(text), prev: "ab" })],
    ["duplicate keys", text.replace('{"body"', '{"prev":null,"body"')],
  ])("refuses %s", (_name, bad) => {
    expect(() => parseLogEntry(bad)).toThrow(expect.objectContaining({ code: "IntegrityViolation" }));
  });
});
