import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { GatewayClient } from "../gateway/gateway-client.ts";

/** Asks for a key, and tries it before it counts. The key stays in this tab. */
export function KeyEntry({ onKey }: { readonly onKey: (key: string) => void }): VNode {
  const [problem, setProblem] = useState("");
  const [trying, setTrying] = useState(false);
  const enter = async (form: HTMLFormElement): Promise<void> => {
    const given = new FormData(form).get("key");
    const key = typeof given === "string" ? given.trim() : "";
    if (key === "") {
      setProblem("Give a key first. `caio key make` makes one.");
      return;
    }
    if (!/^[!-~]+$/.test(key)) {
      setProblem("This is no key: a key begins with caio_ and has neither spaces nor letters beyond ASCII.");
      return;
    }
    setTrying(true);
    const problem = await new GatewayClient({ base: new URL("..", document.baseURI), key }).problemOfKey();
    setTrying(false);
    if (problem === undefined) onKey(key);
    else setProblem(problem);
  };
  return (
    <main class="entry">
      <form class="card" onSubmit={(event) => { event.preventDefault(); void enter(event.currentTarget); }}>
        <h1>CAIO</h1>
        <p class="soft">What this gateway decided, promised and kept. You see what your key may see; an admin key sees all tenants.</p>
        <label>
          Key of this gateway
          <input class="exact" name="key" type="password" autocomplete="off" spellcheck={false} autoFocus aria-describedby="key-problem" />
        </label>
        <p id="key-problem" role="alert" class={problem === "" ? "unseen" : "message bad"}>{problem}</p>
        <button class="main" type="submit" disabled={trying}>{trying ? "Trying …" : "Enter"}</button>
        <p class="note">The key is kept in this tab until it is closed, and sent to this gateway alone.</p>
      </form>
    </main>
  );
}
