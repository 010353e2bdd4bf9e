import { FIELD_SIZE, type Capability, type Model, type ServiceContract } from "@caio/contracts";
import fc from "fast-check";

import type { Registration } from "../src/index.ts";

/** What the tests vary in a contract; the rest stays the same. */
export interface ContractSketch {
  readonly id: string;
  readonly version?: string;
  readonly types?: readonly string[];
  readonly models?: readonly Model[];
  readonly tenants?: readonly string[];
  readonly tags?: readonly string[];
  readonly category?: string;
  readonly description?: string;
}

export function capabilities(types: readonly string[]): readonly Capability[] {
  return types.map((type) => ({ type, parameters: {} }));
}

function contractOf(sketch: ContractSketch): ServiceContract {
  const { id, version = "1.0.0", types = ["chat"], models = [], tenants = [], tags = [], category, description } = sketch;
  return {
    serviceId: id,
    version,
    ...(description === undefined ? {} : { description }),
    capabilities: capabilities(types),
    guarantees: [],
    models,
    privacy: { compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants, public: true },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags, ...(category === undefined ? {} : { category }) },
  };
}

export function registrationOf(sketch: ContractSketch, amplitude = 0): Registration {
  const encoding = Array.from({ length: FIELD_SIZE * 2 }, (_, index) => (index === 5 ? amplitude : 0));
  return { contract: contractOf(sketch), encoding, encoderId: "test-1" };
}

/** Few ids, types and tenants, so that random edits meet. */
export const sketches: fc.Arbitrary<ContractSketch> = fc.record({
  id: fc.constantFrom("a", "a-b", "b", "c1", "dd"),
  version: fc.constantFrom("1.0.0", "1.1.0", "2.0.0"),
  types: fc.subarray(["chat", "chat.fast", "chat.fast.tiny", "chatty", "embed", "embed.text"], { minLength: 1 }),
  models: fc.oneof(
    fc.constant<Model[]>([]),
    fc.constant<Model[]>([{ id: "m1" }, { id: "m2", capabilities: capabilities(["vision", "chat"]) }]),
    fc.constant<Model[]>([{ id: "m3", capabilities: capabilities(["vision.ocr"]) }]),
  ),
  tenants: fc.oneof(fc.constant([]), fc.subarray(["acme", "acme-2", "umbra"])),
});
