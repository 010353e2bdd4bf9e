import { caioRoute } from "@caio/orchestrator";
import { verifyBundle, verifyCertificate } from "@caio/verifier";
import { randomWorld } from "../worlds/random-world.ts";
import { loggedInputs, materialOf } from "./material.ts";
import { bundleOf, operatorKey, predicateOf, statementOf } from "./bundle-writer.ts";
const key = operatorKey(); const bundles: string[] = []; const mats: any[] = [];
for (let seed = 1; seed < 6000 && bundles.length < 4; seed++) { const w = randomWorld(seed); if (w.services.length < 30) continue; const d = caioRoute(w.request, loggedInputs(w)); if (d.verdicts.length < 85) continue; const m = materialOf(w, d); mats.push(m); bundles.push(bundleOf(predicateOf(statementOf(m), key), key)); console.log(seed, d.verdicts.length, d.kind, bundles.at(-1)!.length, w.policy.base.rules.length); }
const t: number[] = [], u: number[] = [];
for (let i = 0; i < 60; i++) for (const [j, b] of bundles.entries()) { let s = performance.now(); const r = await verifyBundle(b, { publicKey: key.publicKey }); if (i > 20) t.push(performance.now() - s); s = performance.now(); verifyCertificate(mats[j]); if (i > 20) u.push(performance.now() - s); if (!r.valid) throw new Error(); }
t.sort((a, b) => a - b); u.sort((a, b) => a - b); console.log("bundle p50", t[t.length >> 1], "certificate p50", u[u.length >> 1]);
