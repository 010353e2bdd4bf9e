import { createServer } from "node:net";

import { isCaioError } from "@caio/core";
import { KeyRing, openCheckpoint } from "@caio/traceability";
import { z } from "zod";

import { oneLine } from "../present/plain-text.ts";
import type { Finding, Tell } from "./finding.ts";

const ready = z.object({ status: z.string(), epoch: z.number(), policy_version: z.number(), log_size: z.number() });
const version = z.object({ gateway: z.string(), origin: z.string() });
/** Further apart, and one of two clocks is wrong, milliseconds. */
const APART_MS = 5000;

/** Whether a gateway could listen there: true if one of CAIO does already. */
export async function examinePort({ host, port }: { readonly host: string; readonly port: number }, patienceMs: number, tell: Tell): Promise<boolean> {
  const say = (finding: Pick<Finding, "level" | "found" | "next">): void => { tell({ part: "gateway", about: "port", ...finding }); };
  if (port === 0) {
    say({ level: "ok", found: "any that is free" });
    return false;
  }
  const reason = await listenFault(host, port);
  if (reason === undefined) say({ level: "ok", found: `${host}:${String(port)} is free` });
  else if (reason !== "EADDRINUSE") say({ level: "wrong", found: `${host}:${String(port)} cannot be listened on (${reason})`, next: reason === "EACCES" ? "Choose a port from 1024 on, with a proxy before it." : "Name an address of this machine: listen.host in the configuration." });
  else {
    const { value, fault } = await asked(new URL("/api/v1/version", baseOf(host, port)), version, patienceMs).catch((cause: unknown) => ({ value: undefined, fault: cause }));
    if (value !== undefined) return true;
    if (isTooLate(fault)) say({ level: "wrong", found: `what listens on ${host}:${String(port)} says nothing within ${String(patienceMs)} ms`, next: "If it is the gateway, see its own log, or give it longer: --timeout MS. Else end it, or choose another port: listen.port in the configuration, or --port." });
    else say({ level: "wrong", found: `something else listens on ${host}:${String(port)}`, next: "End it, or choose another port: listen.port in the configuration, or --port." });
  }
  return false;
}

/** Where a gateway that listens on a host is asked. */
export function baseOf(host: string, port: number): URL {
  const local = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return new URL(`http://${local}:${String(port)}`);
}

export interface GatewayTerms {
  readonly patienceMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** SHA-256 of the public key with which the folder's gateway signs, if it is known. */
  readonly keyId?: string | undefined;
}

/** A gateway that runs: its version, whether it is ready, its clock, and whether its log is signed by the key that it names. Needs no key of it. */
export async function examineGateway(base: URL, terms: GatewayTerms, tell: Tell): Promise<void> {
  const say = (about: string, finding: Pick<Finding, "level" | "found" | "next">): void => { tell({ part: "gateway", about, ...finding }); };
  const at = (path: string): URL => new URL(path, base);
  try {
    const { value, date } = await asked(at("/api/v1/version"), version, terms.patienceMs);
    if (value === undefined) {
      say("gateway", { level: "wrong", found: `what answers at ${base.origin} is no gateway of CAIO`, next: "Name its address: --url URL" });
      return;
    }
    say("gateway", { level: "ok", found: `${oneLine(value.gateway)} at ${base.origin}, log ${oneLine(value.origin)}` });
    const apart = date === undefined ? 0 : Math.abs(terms.now() - date);
    if (apart > APART_MS) say("clock", { level: "wrong", found: `its clock and this one are ${(apart / 1000).toFixed(0)} s apart`, next: "Set them both by NTP: tokens and budgets depend on it." });
    const state = (await asked(at("/health/ready"), ready, terms.patienceMs)).value;
    if (state === undefined) say("readiness", { level: "wrong", found: "it is not ready to decide", next: `See its own log, and curl ${base.origin}/health/ready` });
    else say("readiness", { level: "ok", found: `ready: registry ${String(state.epoch)}, policies ${String(state.policy_version)}, log of ${String(state.log_size)} entries` });
    await examineCheckpoint(at, terms, say);
  } catch (error) {
    say("gateway", { level: "wrong", found: `${base.origin} ${isTooLate(error) ? `says nothing within ${String(terms.patienceMs)} ms` : `does not answer (${reasonOf(error)})`}`, next: "Start it: caio serve; or name its address: --url URL" });
  }
}

async function examineCheckpoint(at: (path: string) => URL, { patienceMs, keyId }: GatewayTerms, say: (about: string, finding: Pick<Finding, "level" | "found" | "next">) => void): Promise<void> {
  const [keys, note] = await Promise.all([textAt(at("/api/v1/log/key"), patienceMs), textAt(at("/api/v1/log/checkpoint"), patienceMs)]);
  try {
    const verifiers = KeyRing.parseVerifiers(keys.text);
    openCheckpoint(note.text, verifiers);
    const ids = verifiers.map(({ publicKey }) => publicKey.keyId);
    const newest = ids.at(-1) ?? "";
    if (keyId !== undefined && !ids.includes(keyId)) say("certificate key", { level: "wrong", found: `it signs with ${newest.slice(0, 16)}…, and the key in the data folder is ${keyId.slice(0, 16)}…`, next: "Another gateway listens there, or the key was replaced while it ran: restart it." });
    else say("certificate key", { level: "ok", found: `${newest.slice(0, 16)}… signed the newest checkpoint` });
  } catch (error) {
    if (!isCaioError(error)) throw error;
    say("certificate key", { level: "wrong", found: oneLine(error.message), next: "Do not trust receipts of this gateway until it is known why." });
  }
}

function isTooLate(fault: unknown): boolean {
  return fault instanceof Error && fault.name === "TimeoutError";
}

/** What the system said, where it said something: `fetch` names every fault alike. */
function reasonOf(fault: unknown): string {
  const cause = fault instanceof Error ? fault.cause : undefined;
  if (cause instanceof Error) return "code" in cause && typeof cause.code === "string" ? cause.code : oneLine(cause.message);
  return fault instanceof Error ? fault.name : "unknown";
}

interface Answer<T> {
  /** Undefined: it answered something else. */
  readonly value: T | undefined;
  /** What the answer says the time is, milliseconds. */
  readonly date: number | undefined;
  /** Why there is no answer. */
  readonly fault?: unknown;
}

async function asked<T>(url: URL, schema: z.ZodType<T>, patienceMs: number): Promise<Answer<T>> {
  const { text, date, ok } = await textAt(url, patienceMs);
  const read = ok ? schema.safeParse(jsonOf(text)) : undefined;
  return { value: read?.success === true ? read.data : undefined, date };
}

async function textAt(url: URL, patienceMs: number): Promise<{ readonly text: string; readonly date: number | undefined; readonly ok: boolean }> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(patienceMs) });
  const date = Date.parse(response.headers.get("date") ?? "");
  return { text: await response.text(), date: Number.isNaN(date) ? undefined : date, ok: response.ok };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why nobody could listen there; undefined if one could. */
async function listenFault(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen({ host, port, exclusive: true }, resolve);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  } finally {
    await new Promise((resolve) => { server.close(resolve); });
  }
}
