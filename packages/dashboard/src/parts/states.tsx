import type { ComponentChildren, VNode } from "preact";

import type { GatewayError } from "../gateway/gateway-error.ts";

/** A whole view that failed. */
export function Failed({ title, problem }: { readonly title: string; readonly problem: string }): VNode {
  return (
    <>
      <header><h1>{title}</h1></header>
      <p class="message bad" role="alert">{problem}</p>
    </>
  );
}

/** What went wrong with one question, with a way to ask again. */
export function Problem({ problem, onRetry }: { readonly problem: GatewayError; readonly onRetry?: () => void }): VNode {
  const missing = problem.status === 403;
  return (
    <div class={missing ? "message fair" : "message bad"} role="alert">
      <p>{problem.message}</p>
      {onRetry === undefined || missing ? undefined : <p><button type="button" onClick={onRetry}>Try again</button></p>}
    </div>
  );
}

/** There is nothing yet, and how there would be something. */
export function Empty({ children }: { readonly children: ComponentChildren }): VNode {
  return <p class="empty">{children}</p>;
}

/** A value when it is there, and why it is one of before if it could not be read again; otherwise the reason why there is none. */
export function Answered<Value>({ state, children }: AnsweredProps<Value>): VNode {
  const { value, problem, reload } = state;
  const told = problem === undefined ? undefined : <Problem problem={problem} onRetry={reload} />;
  if (value !== undefined) return <>{told}{children(value)}</>;
  if (told !== undefined) return told;
  return <p class="waiting" role="status">Loading …</p>;
}

interface AnsweredProps<Value> {
  readonly state: { readonly value: Value | undefined; readonly problem: GatewayError | undefined; readonly reload: () => void };
  readonly children: (value: Value) => ComponentChildren;
}
