/** What a page takes for granted, and what its blocks must show. */
export interface PageScene {
  /** Bash that runs before its first block: what readers of the page have done already. */
  readonly before?: string;
  /** Words that must be in what its blocks print. */
  readonly shows?: readonly string[];
  /** Files with keys, within the page's folder, of which nothing may be printed but the id. */
  readonly secrets?: readonly string[];
}

const UNTIL_READY = "until curl -sf http://127.0.0.1:8080/health/ready > /dev/null; do sleep 0.1; done";

/** A gateway that runs over a file, whose admin's key is in `CAIO_KEY`. */
const OPERATED = `printf 'caio_gateway: 1\\nlisten: { port: 8080 }\\nlog: { level: silent }\\n' > caio.yaml
npx caio serve --admin-key-file admin.key > /dev/null & echo $! > gateway.pid
${UNTIL_READY}
export CAIO_KEY=$(cat admin.key)
`;

/** By the page, within the repository; a page that is not here takes nothing for granted. */
const SCENES: Readonly<Record<string, PageScene>> = {
  "docs/gateway.md": { shows: ["data: [DONE]", "Valid", '"tools":[]', "caio.local/gateway", 'caio_decisions_total{outcome="chosen"}', "holds for every request", '"limit_micros":5000000', "Stopping"], secrets: ["house/app.key", "house/admin.key"] },
  "docs/feedback.md": {
    shows: ['"reward_micros":0', "its quality is 0.50 of 1; learned", "its quality is 0.93 of 1; learned", '"because":"not_quality"', "learned: true", '"decisionRewardMicros":0', 'caio_feedback_total{kind="thumb",aspect="quality",learned="yes"} 2', "Stopping"],
  },
  "docs/operate.md": { before: OPERATED, shows: ["caio.backup: whole", "restored into caio-data/caio.db", "Would remove 0 openings", "Removed 0 openings"] },
  "docs/connect-openai.md": { shows: ["t0 t1 t2 t3 t4  chat /api/v1/traces/", "t0 t1 t2 t3 t4 \n"], secrets: ["house/app.key"] },
  "docs/connect-agent.md": { shows: ['"name":"CAIO gateway"', "TASK_STATE_COMPLETED", '"text": "Hello"', '"caio/receipt"'] },
  "docs/replicas.md": { shows: ["Valid", "caio.example/eu_2", "ok: 0 entries of caio.example/eu_3"] },
  "docs/learning.md": {
    before: `printf 'prompt,small,big\\nWhat is 3 + 4?,0,1\\nWhat is 17 + 5?,0,1\\nHello there,1,1\\nGood morning,1,1\\n' > outcomes.csv
printf '{ "small": { "input_price": 0.1, "output_price": 0.1 }, "big": { "input_price": 1, "output_price": 1 } }' > models.json
mkdir services
for name in small big; do printf 'service_id: %s\\nversion: 1.0.0\\ncapabilities: [inference.chat]\\n' $name > services/$name.yaml; done
`,
  },
  "docs/whatif.md": {
    before: "tsx packages/cli/test/support/write-explored-folder.ts .\n",
    shows: ["would have taken another pair", "three ways", '"kind": "estimated"', "NoOverlap", "no overlap: exit code 3", "Better on decisions that it was not tuned on"],
  },
  "packages/encoder-use/README.md": { shows: ["1024"] },
  "packages/learning/README.md": { shows: ["big 1000000"] },
  "packages/verifier/README.md": {
    before: "npx caio route examples/requests/plain.json --contracts examples/contracts --policy examples/policy.yaml --principal examples/principals/default.json --bundle decision.caio.json > /dev/null\n",
    shows: ["true attested"],
  },
};

export function sceneOf(path: string): PageScene {
  return SCENES[path] ?? {};
}
