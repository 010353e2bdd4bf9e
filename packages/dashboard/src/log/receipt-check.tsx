import { publicKeyOf } from "@caio/verifier";
import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { operatorKeys } from "../gateway/operator-keys.ts";
import { problemOf } from "../gateway/use-answer.ts";
import { NewestOnly } from "../parts/newest-only.ts";
import { checkReceipt, type Answer } from "../verification/index.ts";
import { FileField } from "./file-field.tsx";
import { ReceiptResult } from "./receipt-result.tsx";

/** The verifier reads no longer bundle; it is told of one byte more and says so itself. */
const MAX_RECEIPT = 33_554_432;
const MAX_KEY = 4096;

type Content = string | Uint8Array<ArrayBuffer>;

/** Checks a receipt in this browser: dropped, chosen or pasted. The key is the gateway's unless another is given. */
export function ReceiptCheck({ gateway }: { readonly gateway: GatewayClient }): VNode {
  const [receipt, setReceipt] = useState<Content>();
  const [key, setKey] = useState<Content>();
  const [answer, setAnswer] = useState<Answer | "checking" | "empty">();
  const [newest] = useState(() => new NewestOnly());
  const check = async (bundle: Content | undefined): Promise<void> => {
    if (bundle === undefined) {
      newest.forget();
      setAnswer("empty");
      return;
    }
    setAnswer("checking");
    const found = await newest.of(checkedBy(bundle, async () => (key === undefined ? await operatorKeys(gateway) : [keyText(key)])));
    if (found !== undefined) setAnswer(found);
  };
  const take = (given: Content | undefined): void => {
    setReceipt(given);
    newest.forget();
    if (given === undefined) setAnswer(undefined);
    else void check(given);
  };
  return (
    <section class="card" aria-labelledby="receipt-title">
      <h2 id="receipt-title">Check a receipt</h2>
      <p class="note">Nothing that you put in here leaves this page. A receipt is a file that ends in <code>.caio.json</code>: choose it, drop it on the field, or paste its text.</p>
      <FileField name="receipt" title="Receipt" most={MAX_RECEIPT} onContent={take} takesDrops />
      <details>
        <summary>Check with a key of your own</summary>
        <p class="note">Without one the key is what this gateway says its key is. An auditor has a copy from a place that he trusts.</p>
        <FileField name="key" title="Public key: .pub, PEM, hex or base64" most={MAX_KEY} onContent={setKey} />
      </details>
      <div class="row"><button class="main" type="button" disabled={answer === "checking"} onClick={() => { void check(receipt); }}>Check the receipt</button></div>
      <div role="status">
        {answer === "checking" ? <p class="waiting">Checking …</p> : undefined}
        {answer === "empty" ? <p class="message fair">Give a receipt first.</p> : undefined}
        {typeof answer === "object" ? <ReceiptResult answer={answer} /> : undefined}
      </div>
    </section>
  );
}

/** By whichever of the operator's keys signed it; the newest judges what none has. */
async function checkedBy(bundle: Content, keysOf: () => Promise<readonly Content[]>): Promise<Answer> {
  let keys: readonly Content[];
  try {
    keys = await keysOf();
  } catch (fault) {
    return { kind: "stopped", why: `The gateway did not say its key: ${problemOf(fault).message} Try again, or give a key of your own.` };
  }
  const [newest = "", ...others] = keys;
  const first = await checkReceipt({ bundle, publicKey: newest }, openWorker);
  if (first.kind === "stopped" || first.report.valid) return first;
  for (const publicKey of others) {
    const answer = await checkReceipt({ bundle, publicKey }, openWorker);
    if (answer.kind === "report" && answer.report.valid) return answer;
  }
  return first;
}

/** A key's file holds text, or the key itself; what is neither goes to the verifier, which says so. */
function keyText(key: Content): Content {
  if (typeof key === "string") return key;
  const text = new TextDecoder().decode(key);
  return publicKeyOf(text) === undefined ? key : text;
}

function openWorker(): Worker {
  return new Worker(new URL("./verify-worker.ts", import.meta.url), { type: "module" });
}
