import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { callerReply, IsAdmin } from "../gateway/caller.ts";
import { GatewayClient } from "../gateway/gateway-client.ts";
import { keptKey, keepKey } from "../gateway/kept-key.ts";
import { useAnswer } from "../gateway/use-answer.ts";
import { Answered } from "../parts/states.tsx";
import { useRoute } from "./hash-route.ts";
import { KeyEntry } from "./key-entry.tsx";
import { Side } from "./side.tsx";
import { ViewFrame } from "./view-frame.tsx";
import { views } from "./views.ts";

/** The whole page: the entry until there is a key, then the views. */
export function App(): VNode {
  const [key, setKey] = useState(keptKey);
  const use = (given: string | undefined): void => {
    keepKey(given);
    setKey(given);
  };
  const gateway = useMemo(() => (key === undefined ? undefined : new GatewayClient({ base: new URL("..", document.baseURI), key, onDenied: () => { use(undefined); } })), [key]);
  return gateway === undefined ? <KeyEntry onKey={use} /> : <Shell gateway={gateway} onLeave={() => { use(undefined); }} />;
}

/** Navigation and view, for whom the gateway knows. */
function Shell({ gateway, onLeave }: { readonly gateway: GatewayClient; readonly onLeave: () => void }): VNode {
  const route = useRoute();
  useFocus([route.view, ...route.parts].join("/"));
  const caller = useAnswer(gateway, "api/v1/caller", callerReply);
  const view = views.find(({ path }) => path === route.view) ?? views[0];
  return (
    <div class="shell">
      <a class="skip" href="#view" onClick={toView}>Skip to the view</a>
      <Side gateway={gateway} views={views} current={view?.path} onLeave={onLeave} />
      <main id="view" class="view" tabIndex={-1}>
        {view === undefined ? undefined : (
          <Answered state={caller}>
            {({ admin }) => <IsAdmin.Provider value={admin}><ViewFrame key={view.path} view={view} gateway={gateway} route={route} /></IsAdmin.Provider>}
          </Answered>
        )}
      </main>
    </div>
  );
}

/** At another place of the page the focus is on what is new, and its top is seen; what the place was opened by is gone. */
function useFocus(place: string): void {
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    document.getElementById("view")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [place]);
}

/** The hash belongs to the views, so the link moves the focus itself. */
function toView(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("view")?.focus();
}
