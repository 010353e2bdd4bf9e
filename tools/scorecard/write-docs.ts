/** `npm run scorecard:docs`: writes docs/invariants/README.md from the files beside it. */
import { writeFileSync } from "node:fs";

import { readInvariants } from "./invariants/invariant.ts";
import { invariantsDocument } from "./report/invariants-document.ts";

writeFileSync(new URL("../../docs/invariants/README.md", import.meta.url), invariantsDocument(readInvariants()));
