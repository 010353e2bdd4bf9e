export { MAX_TEXT_UNITS, openUseEncoder, type UseEncoder, type UseOptions } from "./use-encoder.ts";
