/// <reference lib="dom" />
import { counted, groupChecks, type CheckGroup } from "@caio/dashboard/verification";
import type { Check, Standing } from "@caio/verifier";

import { element } from "./element.ts";
import { mark } from "./mark.ts";

/** Rows that are drawn; a report of more is whole only as JSON. */
const MAX_ROWS = 2000;
const MARKS = { proved: "tick", attested: "question", withheld: "dash" } as const;

/** All checks in groups, failures first. */
export function checksTable(checks: readonly Check[]): HTMLElement {
  const table = element("table", { class: "checks", "aria-labelledby": "checks-heading" });
  const columns = ["Check", "Result", "Standing"].map((title) => element("th", { scope: "col" }, title));
  table.append(element("thead", {}, element("tr", {}, ...columns)));
  let left = MAX_ROWS;
  for (const group of groupChecks(checks)) {
    if (left <= 0) break;
    table.append(groupBody(group, left));
    left -= group.checks.length;
  }
  const heading = element("h2", { id: "checks-heading" }, "Checks");
  const section = element("section", { class: "card" }, heading, element("p", { class: "note" }, standingsOf(checks)), table);
  if (left < 0) section.append(element("p", { class: "note" }, `${String(-left)} or more checks that hold are not drawn here; the report below has all.`));
  return section;
}

function groupBody({ name, about, failed, checks }: CheckGroup, rows: number): HTMLElement {
  const count = failed === 0 ? counted(checks.length, "check", "checks") : `${String(failed)} of ${counted(checks.length, "check fails", "checks fail")}`;
  const title = element("th", { scope: "rowgroup", colspan: "3" }, element("span", { class: "group-name" }, name), ` ${about} `, element("span", { class: "count" }, count));
  const body = element("tbody", { class: failed === 0 ? "group" : "group failed" }, element("tr", { class: "group-row" }, title));
  body.append(...checks.slice(0, rows).flatMap((check) => rowsOf(check, name)));
  return body;
}

/** A check, and in a row below it what was found: that can be long. */
function rowsOf(check: Check, group: string): readonly HTMLElement[] {
  const { name, verdict, standing, detail } = check;
  const title = element("th", { scope: "row" }, element("span", { class: "check-name" }, name.slice(group.length + 1) || name));
  const row = element("tr", { class: verdict, "data-check": name }, title, element("td", {}, resultOf(check)), element("td", {}, standingBadge(standing)));
  if (detail === undefined) return [row];
  return [row, element("tr", { class: `detail ${verdict}` }, element("td", { colspan: "3" }, element("bdi", {}, detail)))];
}

/** How many checks stand how. */
function standingsOf(checks: readonly Check[]): string {
  const count = (wanted: Standing): string => String(checks.filter(({ standing }) => standing === wanted).length);
  return `${counted(checks.length, "check", "checks")}: ${count("proved")} proved (recomputed here), ${count("attested")} attested (the router's word), ${count("withheld")} withheld (not made).`;
}

/** What was not made did not fail, but did not pass either. */
function resultOf({ verdict, standing }: Check): HTMLElement {
  if (verdict === "fail") return element("span", { class: "result fail" }, mark("cross"), "fail");
  return standing === "withheld" ? element("span", { class: "result open" }, mark("dash"), "not made") : element("span", { class: "result pass" }, mark("tick"), "pass");
}

/** The standing as a word with a drawing, so that it does not hang on colour. */
export function standingBadge(standing: Standing): HTMLElement {
  return element("span", { class: `badge ${standing}` }, mark(MARKS[standing]), standing);
}
