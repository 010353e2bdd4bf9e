import { CaioError } from "@caio/core";

import type { OutcomeTable, PricedModel } from "./outcome-table.ts";

/**
 * An outcome table from CSV (RFC 4180): a head line `prompt,<model>,…`, then a line per prompt with a number 0 … 1 per model,
 * empty where it was not tried.
 *
 * @param prices - per model; a column without one is an error
 * @throws CaioError `InvalidOutcomes` with the line that is wrong
 */
export function readOutcomesCsv(text: string, prices: ReadonlyMap<string, Omit<PricedModel, "id">>): OutcomeTable {
  const [head, ...rows] = records(text);
  const [first, ...names] = head ?? [];
  if (first?.trim().toLowerCase() !== "prompt" || names.length === 0) {
    throw new CaioError("InvalidOutcomes", `Line 1: found "${(head ?? []).join(",").slice(0, 80)}", expected "prompt,<model>,…".`);
  }
  if (new Set(names).size < names.length) throw new CaioError("InvalidOutcomes", "Line 1: found a model twice, expected each once.");
  if (rows.length === 0) throw new CaioError("InvalidOutcomes", "Found no prompt below the head line.");
  const models = names.map((id): PricedModel => {
    const price = prices.get(id);
    if (price === undefined) throw new CaioError("InvalidOutcomes", `Line 1: found model "${id}", which the models file does not list: add its prices.`);
    return { id, ...price };
  });
  const scores = new Float64Array(rows.length * names.length);
  const prompts = rows.map(([prompt = "", ...cells], i) => {
    if (cells.length !== names.length) throw new CaioError("InvalidOutcomes", `Record ${String(i + 2)}: found ${String(cells.length)} scores, expected ${String(names.length)}.`);
    cells.forEach((cell, j) => (scores[i * names.length + j] = scoreOf(cell, i + 2)));
    return prompt;
  });
  return { prompts, models, scores };
}

function scoreOf(cell: string, record: number): number {
  const text = cell.trim();
  if (text === "") return Number.NaN;
  const score = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (score >= 0 && score <= 1) return score;
  throw new CaioError("InvalidOutcomes", `Record ${String(record)}: found "${text.slice(0, 40)}", expected a number from 0 to 1 or nothing.`);
}

/** The records of a CSV text. Fields in double quotes may hold commas, line ends and doubled quotes. */
function records(text: string): string[][] {
  const result: string[][] = [];
  let record: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const end = (): void => {
    if (record.length > 1 || record[0] !== "") result.push(record);
    record = [];
  };
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        const close = text.indexOf('"', at);
        if (close < 0) throw new CaioError("InvalidOutcomes", `Record ${String(result.length + 1)}: found a quote that is not closed.`);
        field += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        field += '"';
      }
      if (at < text.length && !",\r\n".includes(text[at] ?? "")) throw new CaioError("InvalidOutcomes", `Record ${String(result.length + 1)}: found text after a closing quote, expected a comma or the line's end: write a quote within a field twice.`);
    }
    const rest = /[,\r\n]/g;
    rest.lastIndex = at;
    const stop = rest.exec(text)?.index ?? text.length;
    field += text.slice(at, stop);
    record.push(field);
    at = stop;
    if (text[at] === ",") {
      at++;
      if (at === text.length) record.push("");
      continue;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    end();
  }
  if (record.length > 0) end();
  return result;
}
