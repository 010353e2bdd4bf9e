import { exitCodes } from "../exit-code.ts";
import type { JsonOption, RunCommand } from "./command-context.ts";

export interface DemoOptions extends JsonOption {
  readonly examples?: string | undefined;
  readonly once?: boolean | undefined;
}

export const demo: RunCommand<DemoOptions> = () => Promise.resolve(exitCodes.ok);
