import { describe, expect, test } from "vitest";

import { guardsOf, type Demand, type Guard, type Word } from "../src/engine/guard.ts";
import { readCondition } from "../src/index.ts";

function guards(source: string): readonly Guard[] {
  const reading = readCondition(source, "when");
  if (!reading.ok) throw new Error(`refused: ${source}`);
  return guardsOf(reading.condition.syntax);
}

const field = (path: string, ...words: readonly Word[]): Demand => ({ path: `request.${path}`, isList: false, words, asked: false });
const list = (path: string, ...words: readonly Word[]): Demand => ({ path: `request.${path}`, isList: true, words, asked: false });
const [read, eu] = [field("action.kind", "read"), field("principal.region", "eu")];
const isRead = 'request.action.kind == "read"';
const isEu = 'request.principal.region == "eu"';

describe("what makes a condition false without an error", () => {
  test("a field that is not the word, on whichever side, of any scalar", () => {
    expect([guards(isRead), guards('"read" == request.action.kind')]).toEqual([[[read]], [[read]]]);
    expect([guards("request.size.bytes == 3"), guards("(request.size.bytes == 3) == true")]).toEqual([[[field("size.bytes", 3)]], []]);
    for (const source of ["request.size.bytes == request.principal.trust", "1 == 1", "request.size.bytes == 1 + 1", 'request.action.kind != "read"', "request.size.bytes < 3", `!(${isRead})`, "true", "has(request.size.bytes)", `${isRead} ? true : false`]) expect(guards(source), source).toEqual([]);
  });

  test("a field that is none of the words of a list, or a list that lacks the word", () => {
    expect(guards('request.action.kind in ["read", "write"]')).toEqual([[field("action.kind", "read", "write")]]);
    expect(guards('"a" in request.labels')).toEqual([[list("labels", "a")]]);
    for (const source of ["request.size.bytes in [1, request.principal.trust]", "request.principal.tenant in request.labels", '"a" in ["a"]', '"a" in request.labels.filter(l, l == "a")', "request.size.bytes + 1 in [1]"]) expect(guards(source), source).toEqual([]);
    expect(guards("request.size.bytes in []")).toEqual([[field("size.bytes")]]);
  });

  test("a list of which no item is what `exists` looks for, and one that is none", () => {
    expect(guards('request.labels.exists(l, l == "a")')).toEqual([[list("labels", "a"), list("labels")]]);
    expect(guards('request.labels.exists(l, l in ["a", "b"])')).toEqual([[list("labels", "a", "b"), list("labels")]]);
    expect(guards(`request.labels.exists(l, ${isRead})`)).toEqual([[read, list("labels")]]);
    expect(guards('request.labels.exists(l, request.intent.categories.exists(c, l == "a" && c == "b"))')).toEqual([[list("labels", "a"), list("intent.categories"), list("labels")], [list("intent.categories", "b"), list("intent.categories"), list("labels")]]);
    for (const source of ['request.labels.all(l, l == "a")', 'request.labels.exists_one(l, l == "a")', 'request.labels.exists(l, l != "a")', '["a"].exists(l, l == "a")', '["a"].exists(l, request.action.kind == "read")', 'request.labels.filter(l, true).exists(l, l == "a")']) expect(guards(source), source).toEqual([]);
  });

  test("either side of `&&`, both of `||`", () => {
    expect([guards(`${isRead} && ${isEu}`), guards(`${isRead} && request.size.bytes > 1`), guards(`request.size.bytes > 1 && ${isEu}`)]).toEqual([[[read], [eu]], [[read]], [[eu]]]);
    expect([guards(`${isRead} || ${isEu}`), guards(`${isRead} || request.size.bytes > 1`), guards(`request.size.bytes > 1 || ${isEu}`)]).toEqual([[[read, eu]], [], []]);
    expect(guards(`${isRead} && (${isEu} && "a" in request.labels)`)).toEqual([[read], [eu], [list("labels", "a")]]);
    expect(guards(`(${isRead} && ${isEu}) || "a" in request.labels`)).toEqual([[read, list("labels", "a")], [eu, list("labels", "a")]]);
  });

  test("of `||` no more than four of each side, put together", () => {
    const five = ["a", "b", "c", "d", "e"].map((word) => `"${word}" in request.labels`).join(" && ");
    expect([guards(`(${five}) || ${isRead}`), guards(`${isRead} || (${five})`), guards(`(${five}) || (${five})`)].map(({ length }) => length)).toEqual([4, 4, 16]);
    expect(guards(`(${five}) || ${isRead}`).map(([one]) => one?.words)).toEqual([["a"], ["b"], ["c"], ["d"]]);
  });

  test("a field that the condition asks for by `has` beside it, in whatever order: it is false too where that is absent", () => {
    const asked = [[{ ...eu, asked: true }]];
    expect([guards(`has(request.principal.region) && ${isEu}`), guards(`${isEu} && has(request.principal.region)`), guards(`has(request.principal.region) && (request.size.bytes > 1 && ${isEu})`)]).toEqual([asked, asked, asked]);
    expect([guards(`has(request.principal.tenant) && ${isEu}`), guards(`has(request.principal) && ${isEu}`), guards(`(has(request.principal.region) || true) && ${isEu}`)]).toEqual([[[eu]], [[eu]], [[eu]]]);
    expect(guards(`has(request.principal.region) && (${isEu} || ${isRead})`)).toEqual([[{ ...eu, asked: true }, read]]);
  });
});
