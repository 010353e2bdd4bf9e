import { Component, type FunctionComponent, type VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Failed } from "../parts/states.tsx";
import type { View, ViewProps } from "./views.ts";

/** Loads a view, draws it, and says what went wrong where it fails: the rest of the page stays. */
export function ViewFrame({ view, ...props }: ViewProps & { readonly view: View }): VNode {
  const [drawn, setDrawn] = useState<{ readonly draw: FunctionComponent<ViewProps> }>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = `${view.title} · CAIO`;
    view.load().then((draw) => { setDrawn({ draw }); }, () => { setProblem("This view could not be loaded. The gateway may have been replaced by another version: load the page again."); });
  }, [view]);
  if (problem !== undefined) return <Failed title={view.title} problem={problem} />;
  if (drawn === undefined) return <p class="waiting" role="status">Loading …</p>;
  return <Guard title={view.title}><drawn.draw {...props} /></Guard>;
}

/** A fault of one view's code is shown in its place. */
class Guard extends Component<{ readonly title: string }, { readonly problem?: string }> {
  static override getDerivedStateFromError(fault: unknown): { readonly problem: string } {
    return { problem: fault instanceof Error ? fault.message : "unknown fault" };
  }

  override render(): VNode {
    const { title, children } = this.props;
    const { problem } = this.state;
    return problem === undefined ? <>{children}</> : <Failed title={title} problem={`This view failed: ${problem}. Load the page again; if it stays, report it with what you looked at.`} />;
  }
}
