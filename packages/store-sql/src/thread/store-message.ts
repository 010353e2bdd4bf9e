import { CaioError, isCaioError, type CaioErrorCode, type JsonObject } from "@caio/core";

import { storeError } from "../engine/store-fault.ts";

/** The ports that a thread serves. */
export type PortName = "registry" | "policies" | "keys" | "budgets" | "history" | "traces" | "decisionKeys" | "checkpoints" | "retention" | "backup";

/** One call of a method of a port, by its name; or that the stores be closed. */
export interface StoreCall {
  readonly id: number;
  readonly port: PortName | "close";
  readonly method: string;
  readonly args: readonly unknown[];
}

/** How a call ended. The answer to call 0 says that the stores are open, or why not. */
export type StoreReply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: ErrorText };

/** An error as it goes from thread to thread. */
export interface ErrorText {
  readonly code: CaioErrorCode | null;
  readonly message: string;
  readonly details: JsonObject;
  readonly cause: string | null;
}

/** @param error - whatever was thrown */
export function errorText(error: unknown): ErrorText {
  const message = error instanceof Error ? error.message : String(error);
  if (!isCaioError(error)) return { code: null, message, details: {}, cause: null };
  return { code: error.code, message, details: error.details, cause: error.cause instanceof Error ? error.cause.message : null };
}

/** The error again. What was none of ours is a fault of the store. */
export function errorOf({ code, message, details, cause }: ErrorText, file: string): CaioError {
  if (code === null) return storeError("failed", file, { cause: new Error(message) });
  return new CaioError(code, message, { details, ...(cause === null ? {} : { cause: new Error(cause) }) });
}
