import type { FastifyReply } from "fastify";

/** Says where the decision and its receipt are. */
export function receiptHeaders(reply: FastifyReply, decisionId: string): void {
  reply.header("caio-decision-id", decisionId).header("caio-receipt", `/api/v1/traces/${decisionId}/bundle`);
}
