import type { Case, Evaluators, Outcome } from "./evaluators.ts";

/**
 * How the three relate on one case.
 *
 * - The router accepts: `true`, `false`, `error`, `not_bool`, the answer that all three give; the text of an error is CEL's too. Anything
 *   else disagrees.
 * - The router refuses: no policy holds this text, and no certificate can rest on it. The verifier, which knows no types,
 *   refuses as well (`refused`), gives an error (`refused, verifier: error`), or gives exactly the value that CEL gives
 *   (`refused, verifier: as CEL`). A value where CEL has another, or none, disagrees.
 */
export type Relation = { readonly agree: true; readonly as: string } | { readonly agree: false; readonly how: string };

export function compareCase({ router, verifier, reference }: Evaluators, subject: Case): Relation {
  const [routed, verified, expected] = [router(subject), verifier(subject), reference(subject)];
  if (routed.kind !== "refused") {
    if (routed.kind === verified.kind && verified.kind === expected.kind && textOf(verified) === textOf(expected)) {
      if (messageOf(routed) === withoutPlace(messageOf(expected)) || messageOf(routed) === messageOf(expected)) return { agree: true, as: routed.kind };
      return { agree: false, how: "router and reference word an error in two ways" };
    }
  } else if (verified.kind === "refused") return { agree: true, as: "refused" };
  else if (verified.kind === "error") return { agree: true, as: "refused, verifier: error" };
  else if (textOf(verified) === textOf(expected)) return { agree: true, as: "refused, verifier: as CEL" };
  return { agree: false, how: `router ${routed.kind}, verifier ${verified.kind}, reference ${expected.kind}` };
}

function textOf(outcome: Outcome): string {
  return outcome.kind === "not_bool" ? outcome.value : outcome.kind;
}

function messageOf(outcome: Outcome): string | undefined {
  return outcome.kind === "error" ? outcome.message : undefined;
}

/** An error of CEL without the place that was looked for: the data of a request may have named it, so the router leaves it out. */
function withoutPlace(message: string | undefined): string | undefined {
  if (message?.startsWith("field not found: ") === true) return "field not found";
  return message?.replace(/^index -?\d+ out of bounds.*$/, "index out of bounds");
}
