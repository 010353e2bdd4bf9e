import { describe, expect, it } from "vitest";
import fc from "fast-check";

import { tableText, type Column } from "../src/present/table.ts";
import { shortened, textWidth, wrapped } from "../src/present/text-width.ts";

const id = "0123456789abcdef0123456789abcdef";
const columns: readonly (string | Column)[] = [{ title: "decision", as: "id" }, "service", { title: "cost", as: "figure" }, "why"];
const rows = [
  [id, "chat", "0.0004", "0.1021 ahead of a-larger-model of 3 admitted"],
  [id.split("").reverse().join(""), "多言語サービス", "12", "only one admitted"],
];

/** What columns of text lines may have. */
const cell = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.constantFrom("", id, "many short words that go on and on", "サービス名が長い場合", "👩‍👩‍👧 family")).map((text) => text.replace(/[\p{Cc}\s]+/gu, " "));
const kind = fc.constantFrom<Column["as"]>("id", "words");

describe("widths", () => {
  it("are those of a terminal, not of strings", () => {
    expect(["abc", "日本語", "ｱｲｳ", "é", "e\u0301", "👍", "❤\ufe0f", "\u001b[32mok\u001b[39m", "가나", "…"].map(textWidth)).toEqual([3, 6, 3, 1, 1, 2, 2, 2, 4, 1]);
  });

  it("cut an id in its middle and keep both ends", () => {
    expect([shortened(id, 12), shortened(id, 64), textWidth(shortened("日本語日本語日本語", 10))]).toEqual(["01234567…def", id, expect.toSatisfy((width: number) => width <= 10)]);
  });

  it("break words between them, and within one only where it is wider than a line", () => {
    expect(wrapped("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrapped("inference.chat, inference.embedding", 20)).toEqual(["inference.chat,", "inference.embedding"]);
    expect(wrapped("averyverylongword", 6)).toEqual(["averyv", "erylon", "gword"]);
  });
});

describe("a table", () => {
  it("is written as it is to a file or another program", () => {
    const text = tableText(columns, rows);
    expect(text).toContain(`${id}  chat           0.0004  0.1021 ahead of a-larger-model of 3 admitted\n`);
    expect(text.split("\n")).toHaveLength(4);
  });

  it("cuts ids first on a terminal, then wraps words", () => {
    const wide = tableText(columns, rows, { columns: 85 });
    expect(wide.split("\n")).toHaveLength(4);
    expect(wide).toMatch(/^0123456\S*…\S*def +chat/m);
    const narrow = tableText(columns, rows, { columns: 56 });
    expect(narrow).toContain("01234567…def");
    expect(narrow.split("\n").length).toBeGreaterThan(4);
  });

  it("is a record for each row on a telephone", () => {
    expect(tableText(columns, rows, { columns: 40 })).toBe([
      "decision  0123456789abcdef01234…89abcdef",
      "service   chat",
      "cost      0.0004",
      "why       0.1021 ahead of a-larger-model",
      "          of 3 admitted",
      "",
      "decision  fedcba9876543210fedcb…76543210",
      "service   多言語サービス",
      "cost      12",
      "why       only one admitted",
      "",
    ].join("\n"));
  });

  it("is never wider than the terminal, and loses no word", () => {
    const table = fc.integer({ min: 1, max: 5 }).chain((width) => fc.tuple(
      fc.array(fc.record({ title: fc.constantFrom("", "id", "service", "what it promises", "名前"), as: kind }), { minLength: width, maxLength: width }),
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 4 }),
      fc.integer({ min: 20, max: 140 }),
    ));
    fc.assert(fc.property(table, ([all, content, room]) => {
      const text = tableText(all, content, { columns: room });
      for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(room);
      const words = content.flatMap((row) => row.filter((_, at) => all[at]?.as === "words")).flatMap((each) => each.split(" ")).filter((word) => word !== "" && textWidth(word) <= 8);
      for (const word of words) expect(text).toContain(word);
    }), { numRuns: 300 });
  });
});
