/** `npm run docs:check [-- docs/gateway.md …]`: every block of every document, run, type-checked, validated or marked. */
import process from "node:process";

import { checkBlocks } from "./check-blocks.ts";

const only = process.argv.slice(2);
const { problems, pages, left, summary } = await checkBlocks({ only, tell: (line) => { console.log(line); } });
for (const why of left) console.log(`not run here: ${why}`);
for (const problem of problems) console.error(problem);
console.log(`${summary}; ${pages.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0)} s of pages`);
process.exitCode = problems.length === 0 ? 0 : 1;
