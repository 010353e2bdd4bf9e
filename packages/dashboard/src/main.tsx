import { render } from "preact";
import * as z from "zod/mini";

import { App } from "./shell/app.tsx";

// The page's policy forbids code made from text, and zod would try.
z.config({ jitless: true });
const page = document.getElementById("page");
if (page !== null) render(<App />, page);
