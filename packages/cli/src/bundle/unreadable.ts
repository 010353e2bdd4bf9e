import type { Report } from "@caio/verifier";

/** If nothing but these fails, the file is no bundle. The verifier's page has the same rule. */
const UNREADABLE: ReadonlySet<string> = new Set(["bundle.readable", "envelope.form", "envelope.payload"]);

/** Whether there is no decision to judge, since the file is no bundle that can be read. */
export function isUnreadable({ checks }: Report): boolean {
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  return failed.length > 0 && failed.every(({ name }) => UNREADABLE.has(name));
}
