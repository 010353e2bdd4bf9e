/** What a reader needs to see a fault. */
export type Evidence = "bundle" | "plan choice" | "forged plans" | "log segment" | "two checkpoints" | "two logs";

/** What an orchestrator is taken through where random worlds do not reach. */
export type LogScenario = "running" | "restored" | "full disk" | "lost append" | "two instances";

/** What random worlds are brought nearer to where they do not meet a fault often enough. */
export type Twist =
  | "asks for chat"
  | "rules on detected labels"
  | "token not yet valid"
  | "token of another algorithm"
  | "services with endpoints"
  | "a risk that half of the services are below"
  | "decided by a replica";

/** What of a plan is asked for: a choice of its own, a bundle of a whole plan, or what the verifier says of forgeries. */
export type PlanTask = "choice" | "bundle" | "forgeries";

/** One way to break the router: one edit of one source file. */
export interface Fault {
  /** Kebab-case. */
  readonly id: string;
  readonly title: string;
  /** The rule that no longer holds, with its place in the docs. */
  readonly breaks: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly needs: Evidence;
  /** Absent: random worlds as they come. */
  readonly twist?: Twist;
  /** The decision stays as it is; only what is made of it is another. */
  readonly sameDecision?: true;
  /** Instead of random worlds. */
  readonly scenario?: LogScenario;
  /** Instead of random worlds, random plans. A fault of `forgeries` is one of the verifier, and caught by what it lets pass. */
  readonly plan?: PlanTask;
  /** Why no reader can see it: then it must not be caught, and does not count as caught. */
  readonly attested?: string;
}
