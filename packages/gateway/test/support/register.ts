import type { TestGateway } from "./test-gateway.ts";

/** Registers contracts by the API, as an operator would. */
export async function register(gateway: TestGateway, ...contracts: readonly string[]): Promise<void> {
  for (const payload of contracts) {
    const { statusCode, body } = await gateway.app.inject({ method: "POST", url: "/api/v1/services", headers: { authorization: `Bearer ${gateway.admin}`, "content-type": "application/yaml" }, payload });
    if (statusCode !== 201) throw new Error(`A contract of a test was refused: ${body}`);
  }
}
