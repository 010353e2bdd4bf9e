/** The text of a contract, as an operator writes it: every one another, of three shapes in turn. */
export function contractYaml(index: number): string {
  const shapes = [plain, withModels, short] as const;
  return (shapes[index % shapes.length] ?? plain)(index);
}

function idOf(index: number): string {
  return `service-${String(index).padStart(6, "0")}`;
}

function plain(index: number): string {
  return `service_id: ${idOf(index)}
name: Service ${String(index)}
version: 1.${String(index % 10)}.0
description: Answers questions about letters ${String(index)}
capabilities:
  - type: inference.kind_${String(Math.floor(index / 20))}
    languages: [de, en, fr]
guarantees:
  latency:
    - { property: latency_ms, coverage: 0.95, bound: { max: ${String(200 + (index % 300))} } }
    - { property: latency_ms, coverage: 0.99, bound: { max: ${String(600 + (index % 300))} } }
  accuracy: { property: accuracy, bound: { min: 0.9 } }
  availability: { property: availability, bound: { min: 0.995 } }
cost: { model: per_token, base_cost: 0.001, token_cost: 0.0000001, currency: USD }
privacy: { data_locality: local, encryption: true, encryption_type: end_to_end, data_retention: session, gdpr_compliant: true, regions: [eu, us] }
alignment: { safety_level: high, content_filtering: true, bias_mitigation: true }
access: { required_permissions: [chat], match: any, required_trust_level: 2, tenants: [], public: false }
constraints:
  max_concurrent_requests: 10
  rate_limit: { per_minute: 100 }
  context_length: { max_tokens: 4096 }
api:
  protocol: http
  base_url: http://localhost:9000
  endpoints:
    - { path: /run, method: POST }
metadata: { tags: [bench], provider: house, route: internal }
`;
}

function withModels(index: number): string {
  return `${plain(index)}models:
  - id: small-1
    context_tokens: 8192
    competence: 0.72
    max_output_tokens: 2048
    cost: { input_token: 0.00000015, output_token: 0.0000006 }
  - id: large-${String(index % 7)}
    context_tokens: 128000
    competence: 0.9
    max_output_tokens: 8192
    cost: { input_token: 0.000003, output_token: 0.000015 }
`;
}

function short(index: number): string {
  return `service_id: ${idOf(index)}
version: 2.0.${String(index % 10)}
capabilities: [inference.kind_${String(Math.floor(index / 20))}, embeddings.kind_${String(index % 50)}]
guarantees: { latency_ms: ${String(300 + (index % 100))}, availability: 0.99 }
cost_per_token: 0.0000001
privacy: { data_locality: private_cloud, encryption: true, encryption_type: in_transit, regions: [eu] }
access: { public: true }
api: { protocol: openai, base_url: "http://localhost:9001/v1" }
`;
}
