import { z } from "zod";

import { refuseIssue } from "./decimal.ts";

/** An http or https URL without credentials. The URL itself is never repeated in a problem. */
export const webAddress: z.ZodType<string, string> = z.string().superRefine((text, context) => {
  const url = text.length <= 2048 && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) refuseIssue(context, { found: "text that is no URL", expected: "an http or https URL" });
  else if (url.protocol !== "http:" && url.protocol !== "https:") {
    refuseIssue(context, { found: "another URL scheme", expected: "an http or https URL" });
  } else if (url.username !== "" || url.password !== "") {
    refuseIssue(context, { found: "a URL with credentials", expected: "a URL without them; name a secret under auth" });
  }
});
