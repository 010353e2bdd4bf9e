/** How the command `caio` ends. */
export const exitCodes = {
  /** Done; a decision was made for a service. */
  ok: 0,
  /**
   * `validate` found problems, a bundle does not verify (`verify`, `explain`), a replay differs, a log has findings, a copy is
   * damaged (`backup --verify`), or a scenario of `demo` did not end as announced.
   */
  problems: 1,
  /** The input or the command line cannot be used. */
  unusable: 2,
  /** The decision is a certified refusal; or the log has no overlap with what is asked (`whatif`, `tune`). */
  refused: 3,
  /** A fault of the program. */
  internal: 70,
  /** Stopped by SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
