import { parseRequestValue, type ActionKind, type RequestDocument } from "@caio/contracts";

import { graver } from "./action-kind.ts";
import { caioTerms, underTerms } from "./caio-terms.ts";
import type { FederatedTool } from "./federated-tools.ts";

/** A call of a tool, as a client sent it. */
export interface ToolCall {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The request for a call of one tool of one service. `_meta` may hold our terms; its `caio-action` may make the action graver, never
 * lighter.
 *
 * @throws CaioError `InvalidRequest`
 */
export function toolDocument({ entry, route }: Omit<FederatedTool, "listed">, call: ToolCall, kind: ActionKind): RequestDocument {
  const { serviceId } = entry.contract;
  const document = parseRequestValue(
    {
      caio_request: 1,
      intent: { text: `Call ${route.tool} of ${serviceId}` },
      data: { media_type: "application/json", payload: call.arguments },
      requirements: { capabilities: [{ type: route.capability }], constraints: { services: [serviceId] } },
    },
    { file: "<tool call>" },
  );
  const terms = caioTerms(call.meta);
  return { ...underTerms(document, terms), action: { kind: graver(kind, terms.action.kind) } };
}
