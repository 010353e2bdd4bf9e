/** How far to go, from where, and what is broken on purpose. */
export interface RunTerms {
  readonly seed: number;
  readonly cases: number;
  /** One of the property's faults; absent: the system as it is. */
  readonly fault?: string;
}

/** What a run found. */
export interface Finding {
  /** Cases that the property said something of; those where it holds because nothing happened are not counted. */
  readonly cases: number;
  /** The first counterexample, in words. */
  readonly violation?: string;
}

/** The executable form of an invariant: it runs over generated cases and stops at the first that breaks it. */
export interface Property {
  /** What an invariant's file names as its `check`. */
  readonly name: string;
  /** The faults that it knows how to build in; each must make it fail. */
  readonly faults: readonly string[];
  readonly run: (terms: RunTerms) => Promise<Finding>;
}

/** What one case says: it holds, it says nothing of the property, or it breaks it. */
export type Judgement = "holds" | "vacuous" | { readonly violation: string };

/** The judgement of a plain condition. */
export function judgement(holds: boolean, violation: () => string): Judgement {
  return holds ? "holds" : { violation: violation() };
}

/** Properties that hold together; the faults of all of them must be found. */
export function allOf(name: string, parts: readonly Property[]): Property {
  return {
    name,
    faults: parts.flatMap((part) => part.faults),
    run: async (terms) => {
      let cases = 0;
      for (const part of parts) {
        if (terms.fault !== undefined && !part.faults.includes(terms.fault)) continue;
        const finding = await part.run(terms);
        cases += finding.cases;
        if (finding.violation !== undefined) return { cases, violation: finding.violation };
      }
      return { cases };
    },
  };
}
