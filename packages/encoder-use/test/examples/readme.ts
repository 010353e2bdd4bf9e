import { computeIntentScore, encodeContracts, prepareEncoding, prepareFields } from "@caio/control";

import { openUseEncoder } from "../../src/index.ts";

const encoder = openUseEncoder();
await encoder.ready(); // the model is loaded now and not with the first text

const contracts = ["Stock markets, shares and exchange rates.", "Rain, sunshine and storms of the coming days."].map((description, at) => ({
  ...{ serviceId: `service-${String(at)}`, description, capabilities: [], models: [], metadata: { tags: [] } },
}));
const encodings = await encodeContracts(contracts, encoder);
const [intent] = await encoder.encodeAll(["Will I need an umbrella tomorrow?"]);
const fields = prepareFields({ intent: intent?.field ?? [], context: [] });

for (const [at, encoding] of encodings.entries()) console.log(contracts[at]?.description, computeIntentScore(prepareEncoding(encoding), fields));
console.log(intent?.features?.length); // 1024: what learning sees
await encoder.close();
