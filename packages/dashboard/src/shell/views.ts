import type { FunctionComponent } from "preact";

import type { GatewayClient } from "../gateway/gateway-client.ts";
import type { Route } from "./hash-route.ts";

/** What a view is given. It draws a `<header>` with an `<h1>` first. */
export interface ViewProps {
  readonly gateway: GatewayClient;
  readonly route: Route;
}

/** A view of the page, loaded when it is looked at. */
export interface View {
  readonly path: string;
  readonly title: string;
  readonly load: () => Promise<FunctionComponent<ViewProps>>;
}

/** All views, in the order of the navigation; the first is the one that the page begins with. */
export const views: readonly View[] = [
  { path: "decisions", title: "Decisions", load: async () => (await import("../decisions/decisions-view.tsx")).DecisionsView },
  { path: "services", title: "Services", load: async () => (await import("../services/services-view.tsx")).ServicesView },
  { path: "policies", title: "Policies", load: async () => (await import("../policies/policies-view.tsx")).PoliciesView },
  { path: "keys", title: "Keys", load: async () => (await import("../keys/keys-view.tsx")).KeysView },
  { path: "log", title: "Log", load: async () => (await import("../log/log-view.tsx")).LogView },
  { path: "control", title: "Control", load: async () => (await import("../control/control-view.tsx")).ControlView },
];
