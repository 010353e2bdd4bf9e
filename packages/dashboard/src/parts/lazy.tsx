import type { FunctionComponent, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A part of a view that is loaded when it is first shown. @param load - the same function at each drawing */
export function Lazy<Props extends object>({ load, ...props }: { readonly load: () => Promise<FunctionComponent<Props>> } & Props): VNode {
  const [drawn, setDrawn] = useState<{ readonly draw: FunctionComponent<Props> } | "failed">();
  useEffect(() => { load().then((draw) => { setDrawn({ draw }); }, () => { setDrawn("failed"); }); }, [load]);
  if (drawn === "failed") return <p class="message bad" role="alert">This part could not be loaded. Load the page again.</p>;
  return drawn === undefined ? <p class="waiting" role="status">Loading …</p> : <drawn.draw {...(props as unknown as Props)} />;
}
