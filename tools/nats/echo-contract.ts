/** The contract of a service that says again what it was sent. */
export function echoContract(id: string, api: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { service_id: id, version: "1.0.0", capabilities: ["echo.text"], access: { public: true }, cost: { model: "free" }, privacy: { data_locality: "local" }, api };
}
