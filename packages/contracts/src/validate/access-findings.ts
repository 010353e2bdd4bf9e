import type { ServiceContract } from "../service-contract.ts";
import type { Finding } from "./finding.ts";

/** Who may use it (calculus §4). */
export function accessWarnings({ access }: ServiceContract): Finding[] {
  const open = access.requiredPermissions.length === 0;
  if (open && !access.public) {
    return [{ path: "access", found: "no required permission", expected: "required_permissions, or public: true (nobody is authorised)" }];
  }
  if (!open && access.public) {
    return [{ path: "access.required_permissions", found: "permissions of a public service", expected: "one of the two (public wins)" }];
  }
  return [];
}

/** Where what is said of encryption does not count (calculus §4). */
export function privacyWarnings({ privacy }: ServiceContract): Finding[] {
  if (privacy.encryptionType === undefined || privacy.encryption === true) return [];
  return [{ path: "privacy.encryption_type", found: "a type without encryption", expected: "encryption: true beside it (else the type does not count)" }];
}
