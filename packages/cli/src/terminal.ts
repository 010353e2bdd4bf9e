/** Where a command writes: everything that it shows goes through here. */
export interface Terminal {
  /** To standard output. */
  write(text: string): void;
  /** To standard error: errors, progress, notes beside a JSON output. */
  writeError(text: string): void;
  /** True if output may have colours: a terminal, and `NO_COLOR` is not set. */
  readonly colours: boolean;
  /** True if progress may redraw lines. */
  readonly interactive: boolean;
  /** How many characters fit a line, now; absent: as many as there are, since it is no terminal that is written to. */
  readonly columns?: number | undefined;
  /** How many lines fit it, now. */
  readonly rows?: number | undefined;
  /** Aborted when the user or a closed pipe ends the command. */
  readonly signal: AbortSignal;
}
