import { ContractParser, FIELD_SIZE, type ServiceContract } from "@caio/contracts";
import type { Registration } from "@caio/registry";

const parser = new ContractParser();

/** A contract of a service through NATS. */
export function sampleContract(id: string, more: Readonly<Record<string, unknown>> = {}): ServiceContract {
  return parser.parseValue({ service_id: id, version: "1.0.0", capabilities: ["echo.text"], access: { public: true }, api: { protocol: "nats" }, ...more });
}

export function sampleRegistration(id: string, more: Readonly<Record<string, unknown>> = {}): Registration {
  return { contract: sampleContract(id, more), encoding: Array.from({ length: FIELD_SIZE * 2 }, (_, at) => (at === 3 ? id.length : 0)), encoderId: "sample-1" };
}
