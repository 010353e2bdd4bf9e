import { it } from "vitest";

import { killWriters } from "./support/kill-writers.ts";

it("a log whose writer is killed 3 times holds all that it confirmed", { timeout: 900_000 }, () => killWriters(3));
