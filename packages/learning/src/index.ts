export { scoreAt, selectPrompts, type OutcomeTable, type PricedModel } from "./table/outcome-table.ts";
export { readOutcomesCsv } from "./table/read-outcomes-csv.ts";
export { readUlab } from "./table/read-ulab.ts";
export { nearDuplicateGroups, splitByGroup, type Split } from "./table/split-groups.ts";
export { estimatedTokens } from "./table/token-estimate.ts";
