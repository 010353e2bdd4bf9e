import type { VNode } from "preact";

import { Empty } from "../parts/states.tsx";

/** The mission's control view. */
export function ControlView(): VNode {
  return (
    <>
      <header><h1>Control</h1></header>
      <Empty>No conversation has been steered yet.</Empty>
    </>
  );
}
