/** Something that does not hold together, or is doubtful, in a contract that parsed. */
export interface Finding {
  /** A path of the normalised form: `api.endpoints[0].capability`. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}
