import { join } from "node:path";

import type { House } from "../house/open-house.ts";
import { ToolUser, type ToolAnswer } from "./tool-user.ts";

type Say = (line?: string) => void;

/** An editor and a guest before one `/mcp`: what each sees, may do, and needs a person for; and the receipts of all of it. */
export async function useTools(house: House, sandbox: string, say: Say): Promise<void> {
  const editor = await ToolUser.connect(house, await house.callerWith({ subject: "editor", tenant: "house", permissions: ["files.read", "files.write", "memory"] }));
  const guest = await ToolUser.connect(house, await house.callerWith({ subject: "guest", tenant: "house", permissions: ["files.read"] }));
  try {
    say("1. One address, the tools of three servers, to each what the key may use");
    say(`   editor: ${(await editor.tools()).join(", ")}`);
    say(`   guest:  ${(await guest.tools()).join(", ")}`);
    const calls = [...(await shareFile(editor, guest, sandbox, say)), ...(await boundArguments(guest, say)), ...(await forget(house, editor, say))];
    await checkReceipts(calls, say);
  } finally {
    await Promise.all([editor.close(), guest.close()]);
  }
}

/** A call with whoever made it: a receipt is for its caller. */
interface Made {
  readonly user: ToolUser;
  readonly answer: ToolAnswer;
}

async function shareFile(editor: ToolUser, guest: ToolUser, sandbox: string, say: Say): Promise<readonly Made[]> {
  say("\n2. The editor writes, the guest reads, and does not write");
  const path = join(sandbox, "notes.txt");
  const written = await editor.call("files-write__write_file", { path, content: "The kettle whistles at six." });
  const read = await guest.call("files-read__read_text_file", { path });
  const refused = await guest.call("files-write__write_file", { path, content: "It does not." });
  say(`   editor writes: ${written.code ?? "done"}`);
  say(`   guest reads: ${read.text}`);
  say(`   guest writes: ${refused.code ?? "done"}: ${refused.text}`);
  return [{ user: editor, answer: written }, { user: guest, answer: read }, { user: guest, answer: refused }];
}

/** What does not fit a tool's contract is no call, and so no decision. */
async function boundArguments(guest: ToolUser, say: Say): Promise<readonly Made[]> {
  say("\n3. A contract for a tool of a server that everybody may use");
  const short = await guest.call("everything__echo", { message: "hello" });
  const long = await guest.call("everything__echo", { message: "hello ".repeat(10) });
  say(`   5 letters: ${short.text}`);
  say(`   60 letters: ${long.code ?? "done"}`);
  return [{ user: guest, answer: short }];
}

async function forget(house: House, editor: ToolUser, say: Say): Promise<readonly Made[]> {
  say("\n4. What cannot be undone waits for a person");
  const remembered = await editor.call("memory__create_entities", { entities: [{ name: "kettle", entityType: "thing", observations: ["whistles at six"] }] });
  const gone = { entityNames: ["kettle"] };
  const asked = await editor.call("memory__delete_entities", gone);
  const still = await editor.call("memory__search_nodes", { query: "kettle" });
  say(`   without one: ${asked.code ?? "done"}; the memory still ${still.text.includes("kettle") ? "has" : "lacks"} the kettle`);
  const person = await house.callerWith({ subject: "person", tenant: "house", permissions: ["caio.approve"] });
  await person.send("POST", `/api/v1/approvals/${asked.approval ?? ""}`, { decision: "approve" });
  const approved = await editor.call("memory__delete_entities", gone, asked.approval);
  const after = await editor.call("memory__search_nodes", { query: "kettle" });
  say(`   approved: ${approved.code ?? "done"}; the memory ${after.text.includes("kettle") ? "has" : "lacks"} the kettle`);
  return [remembered, asked, still, approved, after].map((answer) => ({ user: editor, answer }));
}

async function checkReceipts(calls: readonly Made[], say: Say): Promise<void> {
  say("\n5. Every call has a receipt, refused ones too");
  const receipts = await Promise.all(calls.map(async ({ user, answer }) => ({ ...(await user.caller.receipt(answer.decisionId)), code: answer.code })));
  const refused = receipts.filter(({ code }) => code !== undefined);
  say(`   ${String(receipts.filter(({ report }) => report.valid).length)} of ${String(receipts.length)} valid, ${String(refused.length)} of them of calls that were not made`);
}
