import { capabilityTypePattern, idPattern } from "@caio/contracts";
import { CaioError } from "@caio/core";

/** Copies of a service share their calls in a group of this name, as NATS services do unless told otherwise. */
export const QUEUE = "q";

/**
 * Where a service is called: `caio.service.<id>`, and `caio.service.<id>.<capability>` at an endpoint of one capability. A contract cannot
 * name another subject: some are commands to NATS.
 *
 * @throws CaioError `InvalidContract` for an id or a capability that no contract has
 */
export function serviceSubject(serviceId: string, capability?: string): string {
  if (!idPattern.test(serviceId)) throw notNamed(serviceId);
  if (capability === undefined) return `caio.service.${serviceId}`;
  if (!capabilityTypePattern.test(capability)) throw notNamed(capability);
  return `caio.service.${serviceId}.${capability}`;
}

/** Where one running copy of a service is told of a call: that its caller is gone, or how far it has read. */
export function controlSubject(serviceId: string, instance: string, call: string): string {
  return `caio.control.${serviceId}.${instance}.${call}`;
}

/** Whether a subject that a service named is its own: an answer must not make its reader publish elsewhere. */
export function isControlOf(subject: string, serviceId: string): boolean {
  const prefix = `caio.control.${serviceId}.`;
  return subject.startsWith(prefix) && /^[0-9A-Za-z]{1,64}\.[0-9]{1,15}$/.test(subject.slice(prefix.length));
}

function notNamed(found: string): CaioError<"InvalidContract"> {
  const shown = found.slice(0, 64);
  return new CaioError("InvalidContract", `Found ${JSON.stringify(shown)}, expected an id or a capability of a contract: a subject is made of it.`, { details: { found: shown } });
}
