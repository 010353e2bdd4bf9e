import { spawnSync } from "node:child_process";

import { describe, expect, it } from "vitest";

/** Runs in a child of its own with little memory: whatever the input does, it does to the child. */
function inChild(input: string): { readonly valid: boolean; readonly failed: readonly string[]; readonly ms: number } {
  const script = `
    import { readFileSync } from "node:fs";
    const { verifyBundle } = await import(${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)});
    const fixture = readFileSync(${JSON.stringify(new URL("fixtures/chosen.caio.json", import.meta.url).pathname)}, "utf8");
    const statement = JSON.parse(Buffer.from(JSON.parse(fixture).payload, "base64").toString());
    const wrap = (text) => JSON.stringify({ ...JSON.parse(fixture), payload: Buffer.from(text).toString("base64") });
    const bundle = (${input})(fixture, statement, wrap);
    const begun = process.cpuUsage();
    const report = await verifyBundle(bundle, { publicKey: "00".repeat(32) });
    const { user, system } = process.cpuUsage(begun);
    console.log(JSON.stringify({ valid: report.valid, ms: (user + system) / 1000, failed: report.checks.filter((c) => c.verdict === "fail").map((c) => c.name + ": " + c.detail) }));`;
  const child = spawnSync(process.execPath, ["--max-old-space-size=320", "--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8", timeout: 240_000 });
  expect(child.stderr).toBe("");
  return JSON.parse(child.stdout) as ReturnType<typeof inChild>;
}

describe("hostile bundles", () => {
  it.each<readonly [string, string, string]>([
    ["a million nested arrays", "() => '['.repeat(1e6) + ']'.repeat(1e6)", "levels"],
    ["a million nested arrays inside the payload", "(_f, _s, wrap) => wrap('['.repeat(1e6))", "levels"],
    ["40 MB", "() => ' '.repeat(40e6)", "longer"],
    ["a key twice", "(_f, _s, wrap) => wrap('{\"a\":1,\"a\":2}')", "twice"],
    ["a huge trie proof", "(_f, s, wrap) => { s.predicate.certificate.completeness.prefixes[0].proof = Array.from({ length: 100000 }, (_n, i) => ({ bits: i % 65536, prefix: '' })); return wrap(JSON.stringify(s)); }", "trie"],
    ["a deep trie proof", "(_f, s, wrap) => { s.predicate.certificate.completeness.prefixes[0].proof = Array.from({ length: 5000 }, (_n, i) => ({ bits: i, prefix: '00'.repeat(Math.ceil(i / 8)) })); return wrap(JSON.stringify(s)); }", "trie"],
    ["a future epoch", "(_f, s, wrap) => { s.predicate.certificate.inputs.registry.epoch = 9007199254740991; return wrap(JSON.stringify(s)); }", "completeness.root"],
    ["three million values", "() => '[' + '{},'.repeat(3e6) + '{}]'", "values"],
    ["labels against as many forbidden words", "(_f, s, wrap) => { const words = Array.from({ length: 60000 }, (_w, i) => 'w' + (100000 + i)); s.predicate.disclosed.labels.value = words; s.predicate.policies[0].safety.forbidden = words.map((w) => w + 'x'); s.predicate.policies[0].privacy.sensitive = words; return wrap(JSON.stringify(s)); }", "disclosed"],
    ["a policy of endless conditions", "(_f, s, wrap) => { const rule = s.predicate.policies[0]; rule.rules = Array.from({ length: 1000 }, (_r, i) => ({ id: 'r' + (1000 + i), priority: 0, reason: 'why', effect: { kind: 'prefer', amount_micros: 0, condition: '[' + '1,'.repeat(200) + '1].all(x, [' + '1,'.repeat(150) + '1].all(y, x == y))' } })); return wrap(JSON.stringify(s)); }", "policy.base"],
  ])("%s: a report says what is wrong", (_name, input, why) => {
    const { valid, failed, ms } = inChild(input);
    expect(valid).toBe(false);
    expect(failed.join("\n")).toContain(why);
    // Processor time, so that a busy machine changes nothing.
    expect(ms).toBeLessThan(30_000);
  }, 300_000);
});
