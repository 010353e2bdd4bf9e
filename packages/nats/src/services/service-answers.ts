import { contractDigest, type ServiceContract } from "@caio/contracts";
import type { NatsConnection, Subscription } from "@nats-io/transport-node";

import { subjectToken } from "../connection/subject-token.ts";
import { QUEUE } from "./service-subject.ts";

/** What one endpoint has done since the copy started. */
export interface EndpointStats {
  readonly subject: string;
  /** Name of the endpoint: its capability, or `service`. */
  readonly name: string;
  requests: number;
  errors: number;
  processingNs: number;
}

export interface ServiceAnswersOptions {
  readonly connection: NatsConnection;
  readonly contract: ServiceContract;
  readonly instance: string;
  /** When this copy started, RFC 3339. */
  readonly started: string;
  readonly endpoints: readonly EndpointStats[];
}

const VERBS = ["PING", "INFO", "STATS"] as const;

/** Answers as NATS services do (ADR-32), so that every tool for them finds this one: `nats micro ls`, `nats micro stats`. */
export function answerAsService(options: ServiceAnswersOptions): readonly Subscription[] {
  const { connection, contract, instance } = options;
  const name = contract.serviceId;
  return VERBS.flatMap((verb) =>
    ["", `.${name}`, `.${name}.${instance}`].map((place) =>
      connection.subscribe(`$SRV.${verb}${place}`, {
        callback: (error, message) => {
          if (error === null) message.respond(JSON.stringify(answerTo(verb, options)));
        },
      }),
    ),
  );
}

function answerTo(verb: (typeof VERBS)[number], { contract, instance, started, endpoints }: ServiceAnswersOptions): object {
  const who = { type: `io.nats.micro.v1.${verb.toLowerCase()}_response`, name: contract.serviceId, id: instance, version: contract.version, metadata: { caio_contract_digest: contractDigest(contract) } };
  if (verb === "PING") return who;
  if (verb === "INFO") {
    const description = contract.description ?? contract.name ?? "";
    return { ...who, description, endpoints: endpoints.map(({ name, subject }) => ({ name: subjectToken(name), subject, queue_group: QUEUE, metadata: {} })) };
  }
  return {
    ...who,
    started,
    endpoints: endpoints.map(({ name, subject, requests, errors, processingNs }) => ({
      ...{ name: subjectToken(name), subject, queue_group: QUEUE, num_requests: requests, num_errors: errors, last_error: "" },
      ...{ processing_time: processingNs, average_processing_time: requests === 0 ? 0 : Math.round(processingNs / requests) },
    })),
  };
}
