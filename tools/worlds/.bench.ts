import { referenceDecision } from "../reference/master-equation.ts";
import { randomWorld } from "./random-world.ts";
const cpu = (f: () => void) => { const s = process.cpuUsage(); f(); const d = process.cpuUsage(s); return (d.user + d.system) / 1000; };
for (let s = 0; s < 200; s++) referenceDecision(randomWorld(s));
const ws: ReturnType<typeof randomWorld>[] = [];
console.log("gen ms/world", cpu(() => { for (let s = 0; s < 1000; s++) ws.push(randomWorld(s)); }) / 1000);
console.log("ref ms/world", cpu(() => { for (const w of ws) referenceDecision(w); }) / 1000);
