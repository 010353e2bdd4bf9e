import { offeredBreakages } from "../invariants/breakage.ts";
import type { Invariant } from "../invariants/invariant.ts";

/** `docs/invariants/README.md`: every invariant with its lemma and its proof, as their files have them. */
export function invariantsDocument(invariants: readonly Invariant[]): string {
  return `# Invariants and their proofs

What must hold of every decision, why it does, and what would show that it does not. Made from the files beside this page by
\`npm run scorecard:docs\`; [the scorecard](../scorecard.md) checks each of them on generated cases. A place in the code reads
\`file#name\`, below \`packages/\`.

${invariants.map(sectionOf).join("\n\n")}

## Broken builds

Edits of the source that \`npm run scorecard -- --broken NAME\` makes in a loaded copy. The invariants named turn RED, and no others.

| name | what is broken | RED |
|---|---|---|
${offeredBreakages(invariants)
  .map(({ fault, breaks }) => `| \`${fault.id}\` | ${fault.title} | ${breaks.map((id) => id.replace("INV-CAIO-", "")).join(", ")} |`)
  .join("\n")}
`;
}

function sectionOf({ id, statement, lemma, proof, assumes, checked, checks, faults, catalogue }: Invariant): string {
  const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(", ");
  return [
    `## ${id}\n\n${statement}`,
    `**Lemma.** ${lemma}`,
    `**Proof.**\n\n${proof.map((step, at) => `${String(at + 1)}. ${step}`).join("\n")}`,
    ...(assumes.length === 0 ? [] : [`**Taken for granted.**\n\n${assumes.map((item) => `- ${item}`).join("\n")}`]),
    `**Checked** by ${names(checks)}. ${checked}`,
    `**Must turn it RED:** ${names(faults)}${catalogue.length === 0 ? "." : `; broken builds ${names(catalogue)}.`}`,
  ].join("\n\n");
}
