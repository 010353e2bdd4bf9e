const KEPT_AS = "caio-key";

/** The key of this tab; gone when the tab is closed. */
export function keptKey(): string | undefined {
  return sessionStorage.getItem(KEPT_AS) ?? undefined;
}

/** Keeps a key for this tab, or forgets it. */
export function keepKey(key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(KEPT_AS);
  else sessionStorage.setItem(KEPT_AS, key);
}
