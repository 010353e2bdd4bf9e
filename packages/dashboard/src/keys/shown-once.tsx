import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { Dialog } from "../parts/dialog.tsx";
import type { MadeKey } from "./key-shapes.ts";

/** A new key, which no answer ever shows again. Escape does not lose it. */
export function ShownOnce({ made: { key, key_id: id }, onClose }: { readonly made: MadeKey; readonly onClose: () => void }): VNode {
  const [copied, setCopied] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(key).then(() => { setCopied("Copied."); }, () => { setCopied("The browser did not let it be copied: select it and copy it by hand."); });
  };
  return (
    <Dialog title="Keep this key now" onClose={onClose} isKept>
      <p>It is shown here and never again; the gateway keeps only a digest of it. Its id is <code>{id}</code>.</p>
      <pre tabIndex={0} aria-label="The new key" class="secret">{key}</pre>
      <p role="status" class="soft">{copied}</p>
      <div class="row end">
        <button type="button" onClick={copy}>Copy</button>
        <button type="button" class="main" onClick={onClose}>I have kept it</button>
      </div>
    </Dialog>
  );
}
