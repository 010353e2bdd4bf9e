/** Counts how often something happens, over all instances. */
export interface SharedRates {
  /**
   * Counts one by name.
   *
   * @returns how many there were in the minute that runs, this one included, and the milliseconds until it ends
   * @throws CaioError `ServiceUnavailable` if it cannot be counted
   */
  count(name: string): Promise<{ readonly counted: number; readonly endsInMs: number }>;
}
