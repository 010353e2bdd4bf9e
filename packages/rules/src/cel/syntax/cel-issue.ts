/** What is wrong with a condition, and where: `offset` counts UTF-16 code units from the start of its text. */
export interface CelIssue {
  readonly offset: number;
  readonly message: string;
  /** The nearest name that exists, where the trouble is a name. */
  readonly suggestion?: string;
}

/** Thrown inside the loader of conditions only, and caught there. */
export class CelRefusal extends Error {
  readonly issue: CelIssue;

  constructor(offset: number, message: string) {
    super(message);
    this.name = "CelRefusal";
    this.issue = { offset, message };
  }
}
