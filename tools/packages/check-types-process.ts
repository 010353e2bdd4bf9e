/** `check-types-process.ts TASKS.json TYPE_ROOT`: checks all tasks under all resolutions and prints the findings as JSON. A process of its own, so that others go on meanwhile. */
import { readFileSync } from "node:fs";

import { RESOLUTIONS, TypeChecker, type TypeTask } from "./tarballs/check-types.ts";

const [tasksFile = "", typeRoot = ""] = process.argv.slice(2);
const tasks = JSON.parse(readFileSync(tasksFile, "utf8")) as readonly TypeTask[];
const checker = new TypeChecker(typeRoot);
const findings = tasks.flatMap((task) => RESOLUTIONS.map((resolution) => checker.check(task, resolution, resolution === "nodenext")));
process.stdout.write(JSON.stringify(findings));
