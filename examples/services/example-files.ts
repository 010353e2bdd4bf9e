import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { ContractParser, type ServiceContract } from "@caio/contracts";

/** The folder of the examples, whether this runs from its sources or from `dist`. */
const root = findRoot(new URL(".", import.meta.url));

/** A file of the examples by its path in the folder. */
export function exampleFile(path: string): URL {
  return new URL(path, root);
}

/** A contract of the examples. @throws CaioError `InvalidContract` */
export async function readContract(path: string): Promise<ServiceContract> {
  return new ContractParser().parse(await readFile(exampleFile(path), "utf8"), { file: path });
}

function findRoot(from: URL): URL {
  if (existsSync(new URL("package.json", from))) return from;
  const above = new URL("..", from);
  return above.href === from.href ? from : findRoot(above);
}
