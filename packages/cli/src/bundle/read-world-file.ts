import { readText } from "../load/read-text.ts";

const MAX_WORLD_BYTES = 268_435_456;

/** The text of a world file. @throws CaioError `NotFound`, `InvalidRequest` for what is no file or longer than 256 MiB */
export async function readWorldText(file: string): Promise<string> {
  return await readText(file, "InvalidRequest", MAX_WORLD_BYTES);
}
