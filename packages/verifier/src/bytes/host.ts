/** What Node has of its own and this package uses where it is: nothing is imported, so that a browser reads the same file. */
interface Modules {
  readonly "node:crypto": { readonly hash?: (name: string, data: string | Uint8Array, form: "hex") => string };
  readonly "node:buffer": { readonly Buffer: { from(text: string, form: "base64"): Bytes; from(memory: ArrayBufferLike, at: number, length: number): Bytes } };
}
type Bytes = Uint8Array & { toString(form: "utf8"): string };
interface Host {
  readonly process?: { readonly getBuiltinModule?: <N extends keyof Modules>(name: N) => Modules[N] | undefined };
}

/** A module of the platform, where there is one. */
export function hostModule<N extends keyof Modules>(name: N): Modules[N] | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.(name);
}
