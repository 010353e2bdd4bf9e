import type { FastifyReply } from "fastify";

/** Says which decision it was, and where its receipt is if a record is kept. */
export function receiptHeaders(reply: FastifyReply, decisionId: string): void {
  reply.header("caio-decision-id", decisionId);
  if (reply.server.recorded) reply.header("caio-receipt", `/api/v1/traces/${decisionId}/bundle`);
}
