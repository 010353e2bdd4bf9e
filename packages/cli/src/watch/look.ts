import type { JsonValue } from "@caio/core";

import type { Style } from "../present/style.ts";
import { tableText, type Column } from "../present/table.ts";

/** What a look found, for a terminal, for a file that grows, and for programs. */
export interface Look {
  readonly text: string;
  /** Each thing on a line: those that were not there before are appended. */
  readonly lines: readonly string[];
  readonly value: JsonValue;
}

/** A look at a table. @param empty - what is said where there are no rows */
export function tableLook(columns: readonly (string | Column)[], rows: readonly (readonly string[])[], { style, empty, value }: { readonly style: Style; readonly empty: string; readonly value: JsonValue }): Look {
  const lines = rows.map((row) => row.filter((cell) => cell !== "").join("  "));
  return { text: rows.length === 0 ? `${empty}\n` : tableText(columns, rows, style), lines, value };
}
