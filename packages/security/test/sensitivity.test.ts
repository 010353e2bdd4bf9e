import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JsonValue } from "@caio/core";

import { defaultDetectors, detectSensitivity, normaliseText, type Detector } from "../src/index.ts";
import { isLuhn } from "../src/sensitivity/detectors/check-digits.ts";
import { ibanLengths } from "../src/sensitivity/detectors/iban-lengths.ts";
import { clean, sensitive } from "./labelled-texts.ts";

const labelsOf = (value: JsonValue): readonly string[] => detectSensitivity(value).map(({ label }) => label);

describe("the labelled texts", () => {
  it.each(sensitive)("finds %j", (text, labels) => {
    expect(labelsOf(text)).toEqual(labels);
  });

  it.each(clean)("finds nothing in %j", (text) => {
    expect(detectSensitivity(text)).toEqual([]);
  });
});

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const digits = (length: number): fc.Arbitrary<string> => fc.array(digit, { minLength: length, maxLength: length }).map((all) => all.join(""));

const cards = fc
  .constantFrom(["4", 16], ["4", 13], ["4", 19], ["51", 16], ["2221", 16], ["34", 15], ["36", 14], ["6011", 16], ["3528", 16])
  .chain(([prefix, length]) => digits(length - prefix.length - 1).map((rest) => withLuhn(prefix + rest)));

function withLuhn(body: string): string {
  const last = Array.from({ length: 10 }, (_, check) => body + String(check)).find(isLuhn);
  if (last === undefined) throw new Error("some digit passes");
  return last;
}

const ibans = fc.constantFrom(...ibanLengths).chain(([country, length]) =>
  fc.array(fc.constantFrom(...Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")), { minLength: length - 4, maxLength: length - 4 }).map((all) => {
    const body = all.join("");
    const number = (body + country + "00").replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
    return `${country}${String(98n - BigInt(number) % 97n).padStart(2, "0")}${body}`;
  }),
);

describe("generated numbers", () => {
  it("every card is found: plain, in fours, with hyphens, in other digits, with invisible characters", () => {
    const dressings = fc.constantFrom<(card: string) => string>(
      (card) => card,
      (card) => card.replace(/(.{4})(?=.)/g, "$1 "),
      (card) => card.replace(/(.{4})(?=.)/g, "$1-"),
      (card) => Array.from(card).join(" "),
      (card) => Array.from(card).map((one) => String.fromCodePoint(0xff10 + Number(one))).join(""),
      (card) => Array.from(card).map((one) => String.fromCodePoint(0x0660 + Number(one))).join(""),
      (card) => Array.from(card).map((one) => String.fromCodePoint(0x1d7ce + Number(one))).join(""),
      (card) => Array.from(card).join("\u200b"),
      (card) => Array.from(card).join("\u00ad"),
      (card) => card.replace(/(.{4})(?=.)/g, "$1\u00a0"),
    );
    fc.assert(
      fc.property(cards, dressings, fc.constantFrom("", "card: ", "カード "), (card, dress, lead) => {
        expect(labelsOf(`${lead}${dress(card)}`)).toContain("payment_card");
      }),
      { numRuns: 1_000 },
    );
  });

  it("no number that fails Luhn is a card", () => {
    fc.assert(
      fc.property(cards, fc.nat(18), fc.integer({ min: 1, max: 9 }), (card, place, step) => {
        const at = place % card.length;
        const wrong = card.slice(0, at) + String((Number(card[at]) + step) % 10) + card.slice(at + 1);
        expect(isLuhn(wrong)).toBe(false);
        expect(labelsOf(wrong)).not.toContain("payment_card");
      }),
    );
  });

  it("every IBAN of every country is found, and none with one character changed", () => {
    fc.assert(
      fc.property(ibans, fc.boolean(), fc.nat(), (iban, grouped, place) => {
        const shown = grouped ? iban.replace(/(.{4})(?=.)/g, "$1 ") : iban;
        expect(labelsOf(shown)).toEqual(expect.arrayContaining(["bank_account", "personal"]));
        expect(labelsOf(shown.toLowerCase())).toContain("bank_account");
        const at = 4 + (place % (iban.length - 4));
        const [one, two] = /\d/.test(iban.charAt(at)) ? (["7", "8"] as const) : (["M", "N"] as const);
        const other = iban[at] === one ? two : one;
        expect(labelsOf(iban.slice(0, at) + other + iban.slice(at + 1))).not.toContain("bank_account");
      }),
      { numRuns: 1_000 },
    );
  });

  it("random numbers of any length are rarely anything", () => {
    let found = 0;
    const total = 4_000;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }).chain(digits), (number) => {
        if (detectSensitivity(`id ${number} end`).length > 0) found += 1;
      }),
      { numRuns: total, seed: 11 },
    );
    expect(found / total).toBeLessThan(0.02);
  });
});

describe("values", () => {
  it("are searched at any depth: strings, keys, long integers", () => {
    expect(detectSensitivity({ a: [{ b: { c: ["mail ada@example.org"] } }] })).toEqual([{ label: "personal", count: 1 }]);
    expect(detectSensitivity({ "ada@example.org": true })).toEqual([{ label: "personal", count: 1 }]);
    expect(labelsOf([4111111111111111])).toEqual(["payment_card", "personal"]);
    expect(detectSensitivity([null, true, 0.5412345678901234, 12, {}, []])).toEqual([]);
    expect(detectSensitivity(["a@b.example", "c@d.example", { e: "f@g.example" }])).toEqual([{ label: "personal", count: 3 }]);
  });

  it("count what overlaps once", () => {
    expect(detectSensitivity("DE89370400440532013000")).toEqual([{ label: "bank_account", count: 1 }, { label: "personal", count: 1 }]);
    expect(detectSensitivity("tel +4915112345678, 4111 1111 1111 1111")).toEqual([
      { label: "payment_card", count: 1 },
      { label: "personal", count: 2 },
    ]);
  });

  it("stop counting at 1000", () => {
    expect(detectSensitivity("a@b.example ".repeat(1_500))).toEqual([{ label: "personal", count: 1000 }]);
    expect(detectSensitivity(Array.from({ length: 1_500 }, () => "a@b.example"))).toEqual([{ label: "personal", count: 1000 }]);
  });

  it("too deep or too long are refused, never passed as clean", () => {
    let deep: JsonValue = "a@b.example";
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(() => detectSensitivity(deep)).toThrow(/256 levels/);
    expect(() => detectSensitivity("x".repeat(4 * 1024 * 1024 + 1))).toThrow(/4 Mi/);
  });

  it("never give the text back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const found of detectSensitivity({ value: value as JsonValue, planted: "ada@example.org" })) {
          expect(Object.keys(found)).toEqual(["label", "count"]);
          expect(["bank_account", "payment_card", "personal"]).toContain(found.label);
        }
      }),
    );
  });

  it("adding text around never hides a finding", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (before, after) => {
        expect(labelsOf(`${before} ada@example.org ${after}`)).toContain("personal");
        expect(labelsOf(`${before}; DE89370400440532013000; ${after}`)).toContain("bank_account");
      }),
    );
  });
});

describe("custom detectors", () => {
  const patient: Detector = {
    name: "patient",
    labels: ["health"],
    *find(text) {
      for (const { index } of text.matchAll(/PAT-\d{6}/g)) yield { start: index, end: index + 10 };
    },
  };

  it("add labels to those of the default ones", () => {
    const found = detectSensitivity("PAT-123456 ada@example.org", { detectors: [...defaultDetectors, patient] });
    expect(found).toEqual([{ label: "health", count: 1 }, { label: "personal", count: 1 }]);
  });

  it("see normalised text", () => {
    expect(detectSensitivity("PAT\u2010\uff11\uff12\u200b3456", { detectors: [patient] })).toEqual([{ label: "health", count: 1 }]);
  });

  it("that fail refuse the value, and do not repeat it", () => {
    const broken: Detector = {
      name: "broken",
      labels: ["x"],
      find(text) {
        throw new Error(`cannot read ${text}`);
      },
    };
    expect(() => detectSensitivity("PLANTED", { detectors: [broken] })).toThrow(/^The detector "broken" failed/);
  });
});

describe("normaliseText", () => {
  it("gives every decimal digit of Unicode its value", () => {
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const character = String.fromCodePoint(point);
      if (/\p{Nd}/u.test(character)) expect(normaliseText(character), character).toMatch(/^[0-9]$/);
    }
    expect(normaliseText("٠١٢٣٤٥٦٧٨٩ ०१२३ 𝟗𝟘")).toBe("0123456789 0123 90");
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(normaliseText(normaliseText(text))).toBe(normaliseText(text));
      }),
    );
  });
});
