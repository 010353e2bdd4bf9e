/// <reference lib="dom" />
import { checkReceipt, type Answer } from "@caio/dashboard/verification";
import { publicKeyOf } from "@caio/verifier";

import { dropFiles } from "./page/drop-files.ts";
import { byId } from "./page/element.ts";
import { inputField } from "./page/input-field.ts";
import { resultView, spoken } from "./page/result-view.ts";

/** The verifier reads no longer bundle; it is told of one byte more and says so itself. */
const MAX_RECEIPT = 33_554_432;
const MAX_KEY = 4096;

const form = byId("form", HTMLFormElement);
const button = byId("check", HTMLButtonElement);
const status = byId("status", HTMLParagraphElement);
const result = byId("result", HTMLDivElement);
const fields = { receipt: inputField("receipt", MAX_RECEIPT), key: inputField("key", MAX_KEY) };
dropFiles(fields);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void check();
});

async function check(): Promise<void> {
  result.replaceChildren();
  button.disabled = true;
  status.classList.remove("spoken");
  status.textContent = "Checking …";
  try {
    const answer = await answerFor();
    if (answer === undefined) return;
    result.replaceChildren(...resultView(answer));
    status.textContent = spoken(answer);
    status.classList.add("spoken");
    byId("verdict", HTMLHeadingElement).focus();
  } finally {
    button.disabled = false;
  }
}

/** Undefined, and the field that is empty has the focus, where something is missing. */
async function answerFor(): Promise<Answer | undefined> {
  try {
    for (const [name, what] of [["receipt", "a receipt"], ["key", "the operator's public key"]] as const) {
      if ((await fields[name].read()) !== undefined) continue;
      status.textContent = `Give ${what} first.`;
      fields[name].focus();
      return undefined;
    }
    const [bundle, key] = [await fields.receipt.read(), await fields.key.read()];
    return await checkReceipt({ bundle: bundle ?? "", publicKey: keyOf(key ?? "") }, () => new Worker(new URL("./verify-worker.ts", import.meta.url), { type: "module" }));
  } catch {
    return { kind: "stopped", why: "A file could not be read. Choose it again." };
  }
}

/** A key's file holds text, or the key itself; what is neither goes to the verifier, which says so. */
function keyOf(key: string | Uint8Array<ArrayBuffer>): string | Uint8Array<ArrayBuffer> {
  if (typeof key === "string") return key;
  const text = new TextDecoder().decode(key);
  return publicKeyOf(text) === undefined ? key : text;
}
