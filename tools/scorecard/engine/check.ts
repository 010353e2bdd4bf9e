/** What one case says: it holds, it says nothing of the check, or it breaks it. */
export type Judgement = "holds" | "vacuous" | { readonly violation: string };

/** The judgement of a plain condition. */
export function judgement(holds: boolean, violation: () => string): Judgement {
  return holds ? "holds" : { violation: violation() };
}

/** The executable form of an invariant, or of a part of one: it judges single cases, from the case and the calculus alone. */
export interface Check<Case, Fault> {
  /** What the files of docs/invariants name under `checks`. */
  readonly name: string;
  readonly judge: (one: Case) => Judgement | Promise<Judgement>;
  /** Ways to break on purpose what makes the cases; each must make the check fail. */
  readonly faults: Readonly<Record<string, Fault>>;
}
