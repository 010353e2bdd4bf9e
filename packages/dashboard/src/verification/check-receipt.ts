/// <reference lib="dom" />
import type { Report } from "@caio/verifier";

import type { Fact } from "./decision-summary.ts";

/** What the worker is asked. */
export interface Question {
  readonly bundle: string | Uint8Array<ArrayBuffer>;
  readonly publicKey: string | Uint8Array<ArrayBuffer>;
}

/** What the worker answers: a report with what the bundle says, or why there is none. */
export type Answer =
  | { readonly kind: "report"; readonly report: Report; readonly facts: readonly Fact[] }
  | { readonly kind: "stopped"; readonly why: string };

const LONGEST_MS = 60_000;

/**
 * Checks a receipt in a worker of its own, so that the page stays alive whatever the receipt holds. Never rejects.
 *
 * @param open - starts a worker that answers with `answerQuestion`; the bundler of a page has to see where its file is
 */
export async function checkReceipt(question: Question, open: () => Worker): Promise<Answer> {
  const worker = open();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Answer>((resolve) => {
      const stop = (why: string): void => {
        resolve({ kind: "stopped", why });
      };
      timer = setTimeout(stop, LONGEST_MS, "The check took longer than a minute and was stopped.");
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
        resolve(data);
      });
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        stop("The check ended early: the receipt needs more memory than the browser gives.");
      });
      worker.postMessage(question);
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
