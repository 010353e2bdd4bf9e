// `node --import ./source-edit.mjs --import tsx FILE EDIT`: loads one source file with the edit made, and changes no file.
// Registered before tsx, so that tsx compiles what is returned here.
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

let edit;

// The thread of the loader loads this file again.
if (isMainThread) register(import.meta.url, { data: JSON.parse(process.argv[2]) });

export function initialize(data) {
  edit = data;
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (url.split("?")[0] !== edit.url) return loaded;
  const parts = loaded.source.toString().split(edit.find);
  if (parts.length !== 2) throw new Error(`${edit.url}: found the text ${parts.length - 1} times, expected once`);
  return { ...loaded, source: parts.join(edit.replace) };
}
