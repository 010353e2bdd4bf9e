import type { VNode } from "preact";
import * as z from "zod/mini";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import { useAnswer } from "../gateway/use-answer.ts";
import { hashOf } from "./hash-route.ts";
import { ThemeChoice } from "./theme-choice.tsx";
import type { View } from "./views.ts";

const ICON = new URL("../style/icon.svg", import.meta.url).href;
const version = z.object({ gateway: z.string(), origin: z.string() });

interface SideProps {
  readonly gateway: GatewayClient;
  readonly views: readonly View[];
  readonly current: string | undefined;
  readonly onLeave: () => void;
}

/** The navigation, whose gateway this is, and the way out. */
export function Side({ gateway, views, current, onLeave }: SideProps): VNode {
  const { value } = useAnswer(gateway, "api/v1/version", version);
  return (
    <header class="side">
      <a class="brand" href="#/"><img src={ICON} alt="" />CAIO</a>
      <nav aria-label="Views">
        <ul>
          {views.map(({ path, title }) => (
            <li key={path}><a href={hashOf(path)} aria-current={path === current ? "page" : undefined}>{title}</a></li>
          ))}
        </ul>
      </nav>
      <div class="foot">
        {value === undefined ? undefined : <p class="origin">{value.origin}<br />version {value.gateway}</p>}
        <ThemeChoice />
        <button type="button" onClick={onLeave}>Leave</button>
      </div>
    </header>
  );
}
