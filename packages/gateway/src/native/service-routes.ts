import type { ServiceContract } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { discover, type RegistrySnapshot, type ServiceEntry } from "@caio/registry";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

import { spelledAs } from "../docs/api-document.ts";
import { ADMIN, requirePermission } from "../door/authenticate.ts";
import { callerOf } from "../http/app.ts";
import { registrationOf } from "../wiring/contract-encodings.ts";
import { unknownService, type GatewayCore } from "../wiring/gateway-core.ts";
import { contractOf } from "./documents.ts";
import { serviceReply } from "./replies.ts";

const paths = z.object({ id: z.string().min(1).max(63) });
const query = z.object({ capability: z.string().optional(), tag: z.string().optional(), category: z.string().optional(), text: z.string().max(200).optional() });
const schemaOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema, { target: "draft-7" });

/** `/services` and `/discover`, and the spellings of the original. */
export function serviceRoutes(app: FastifyInstance, core: GatewayCore): void {
  const { registry } = core;
  const seen = (request: FastifyRequest): readonly ServiceEntry[] => registry.snapshot().view(callerOf(request).tenant).services;
  const found = (request: FastifyRequest<{ Params: { id: string } }>): ServiceEntry => {
    const entry = seen(request).find(({ contract }) => contract.serviceId === request.params.id);
    if (entry === undefined) throw unknownService(request.params.id);
    return entry;
  };

  const list = (request: FastifyRequest): unknown => ({ epoch: registry.snapshot().epoch, services: seen(request).map(serviceReply) });
  app.get("/api/v1/services", { schema: { summary: "The services that the caller may see" } }, list);
  app.get("/api/services", spelledAs("GET /api/v1/services"), list);
  app.get<{ Params: { id: string } }>("/api/v1/services/:id", { schema: { summary: "One service", params: schemaOf(paths) } }, (request) => serviceReply(found(request)));

  const mayChange = (request: FastifyRequest): void => {
    requirePermission(callerOf(request), ADMIN);
    if (core.ports.fabric?.followsRegistry === true) throw followed();
  };
  const register = async (request: FastifyRequest): Promise<unknown> => {
    mayChange(request);
    const registration = await registrationOf(contractOf(request.body, core.readers), core.encoder);
    return changed(registration.contract, await registry.register(registration));
  };
  app.post("/api/v1/services", { config: { reads: "Contract" }, schema: { summary: "Registers a contract, YAML or JSON" } }, async (request, reply) => reply.code(201).send(await register(request)));
  for (const url of ["/api/services/register", "/api/v1/register-service"]) app.post(url, { config: { reads: "Contract" }, ...spelledAs("POST /api/v1/services") }, async (request, reply) => reply.code(201).send(await register(request)));

  app.put<{ Params: { id: string } }>("/api/v1/services/:id", { config: { reads: "Contract" }, schema: { summary: "Hot swap: another contract from the next decision on", params: schemaOf(paths) } }, async (request) => {
    mayChange(request);
    const registration = await registrationOf(contractOf(request.body, core.readers), core.encoder);
    const { serviceId } = registration.contract;
    if (serviceId !== request.params.id) {
      throw new CaioError("InvalidContract", `Found service_id ${serviceId} at the address of ${request.params.id}. Send it to its own address.`, { details: { found: serviceId, expected: request.params.id } });
    }
    return changed(registration.contract, await registry.replace(registration));
  });
  app.delete<{ Params: { id: string } }>("/api/v1/services/:id", { schema: { summary: "Takes a service away", params: schemaOf(paths) } }, async (request) => {
    mayChange(request);
    const { epoch } = await registry.deregister(request.params.id);
    return { service_id: request.params.id, epoch };
  });
  for (const [word, change] of [["drain", (id: string) => registry.drain(id)], ["undrain", (id: string) => registry.undrain(id)]] as const) {
    app.post<{ Params: { id: string } }>(`/api/v1/services/:id/${word}`, { schema: { summary: word === "drain" ? "No new decision chooses it" : "Decisions may choose it again", params: schemaOf(paths) } }, async (request) => {
      mayChange(request);
      const { epoch } = await change(request.params.id);
      return { service_id: request.params.id, epoch };
    });
  }
  app.get<{ Params: { id: string } }>("/api/v1/services/:id/health", { schema: { summary: "Asks the service whether it is well", params: schemaOf(paths) } }, async (request) => {
    const { contract } = found(request);
    return { service_id: contract.serviceId, ...(await core.ports.executor.health(contract, AbortSignal.timeout(5000))) };
  });

  const look = (request: FastifyRequest, asked: z.output<typeof query>): unknown => ({
    services: discover(registry.snapshot().view(callerOf(request).tenant), asked).map(serviceReply),
  });
  app.get<{ Querystring: z.output<typeof query> }>("/api/v1/discover", { schema: { summary: "Services by capability, tag, category or text", querystring: schemaOf(query) } }, (request) => look(request, request.query));
  app.post<{ Body: z.output<typeof query> }>("/api/discover", { schema: { ...spelledAs("GET /api/v1/discover").schema, body: schemaOf(query) } }, (request) => look(request, request.body));
}

function followed(): CaioError<"IntegrityViolation"> {
  return new CaioError("IntegrityViolation", "This gateway follows the registry of another one (nats.registry: follow). Change it there.", { details: { path: "nats.registry" } });
}

function changed({ serviceId, version }: ServiceContract, { epoch }: RegistrySnapshot): unknown {
  return { service_id: serviceId, version, epoch };
}
