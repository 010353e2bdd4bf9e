import { type Protocol, type ServiceCall, type ServiceContract, type ServiceExecutor, type ServiceHealth, type ServiceResult } from "@caio/contracts";
import { asExecutorError, executorError, withinDeadline } from "@caio/contracts/executor";

import { LineChild } from "./line-child.ts";

/** A program to run; only who runs the router says which, never a contract. */
export interface LineProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Reaches programs that speak JSON lines: `{ "id", "capability", "payload" }` in, `{ "id", "output" }` or `{ "id", "error" }` out. One child
 * process a service, started with the first call and again after it has ended.
 *
 * It keeps what every executor has to (`ServiceExecutor`): it stops by the deadline and with the signal, ends with one of the three codes
 * of executors, quotes nothing of a payload in an error, and no service can take its host down.
 */
export class JsonLinesExecutor implements ServiceExecutor {
  readonly protocols: readonly Protocol[] = ["x-json-lines"];
  readonly #programs: Readonly<Record<string, LineProgram>>;
  readonly #children = new Map<string, LineChild>();

  /** @param programs - by service id */
  constructor(programs: Readonly<Record<string, LineProgram>>) {
    this.#programs = programs;
  }

  async execute({ contract, endpoint, payload, deadlineUs }: ServiceCall, outer: AbortSignal): Promise<ServiceResult> {
    try {
      const capability = endpoint?.capability ?? null;
      return await withinDeadline({ contract, deadlineUs }, outer, async (signal) => ({ output: await this.#childOf(contract).ask({ capability, payload }, signal) }));
    } catch (error) {
      throw asExecutorError(error, contract);
    }
  }

  health(contract: ServiceContract): Promise<ServiceHealth> {
    const known = Object.hasOwn(this.#programs, contract.serviceId);
    return Promise.resolve(known ? { healthy: true } : { healthy: false, reason: "no program is configured" });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.close()));
    this.#children.clear();
  }

  #childOf(contract: ServiceContract): LineChild {
    const { serviceId } = contract;
    const running = this.#children.get(serviceId);
    if (running?.ended === false) return running;
    const program = Object.hasOwn(this.#programs, serviceId) ? this.#programs[serviceId] : undefined;
    if (program === undefined) throw executorError("ServiceUnavailable", contract, "no program is configured for it. Name one where the executor is made.");
    const child = new LineChild(program, contract);
    this.#children.set(serviceId, child);
    return child;
  }
}
