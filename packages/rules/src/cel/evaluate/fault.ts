import type { CelFailure } from "../cel-program.ts";

const MAX_MESSAGE = 200;

/** An error as a value: it is handed on, and absorbed by `&&` and `||`, but never thrown. */
export class CelFault implements CelFailure {
  readonly why = "error";
  readonly message: string;

  constructor(message: string) {
    this.message = message.slice(0, MAX_MESSAGE);
  }
}
