export { carbonCatalogue, carbonProperty } from "./carbon-property.ts";
export { estonianIdDetector } from "./estonian-id-detector.ts";
export { JsonLinesExecutor, type LineProgram } from "./json-lines-executor.ts";
