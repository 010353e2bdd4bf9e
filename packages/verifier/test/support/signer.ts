import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** SHA-256 of the parts together, by the platform and not by the verifier. */
export const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

/** A signer of notes under a name (C2SP signed-note); `type` 1 for a log, 4 for a witness. */
export class Signer {
  readonly key: Buffer;
  readonly id: Buffer;
  readonly name: string;
  readonly type: number;
  readonly #secret: KeyObject;

  constructor(name: string, type = 1) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.key = publicKey.export({ format: "der", type: "spki" }).subarray(12);
    this.name = name;
    this.type = type;
    this.id = sha256(`${name}\n`, Buffer.of(type), this.key).subarray(0, 4);
    this.#secret = privateKey;
  }

  get text(): string {
    return `${this.name}+${this.id.toString("hex")}+${Buffer.concat([Buffer.of(this.type), this.key]).toString("base64")}`;
  }

  sign(message: string | Uint8Array): Buffer {
    return sign(null, Buffer.from(message), this.#secret);
  }

  line(message: string, { prefix = new Uint8Array(), name = this.name, id = this.id }: { readonly prefix?: Uint8Array; readonly name?: string; readonly id?: Uint8Array } = {}): string {
    return `— ${name} ${Buffer.concat([id, prefix, this.sign(message)]).toString("base64")}\n`;
  }

  cosign(message: string, seconds: bigint): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(seconds);
    return this.line(`cosignature/v1\ntime ${seconds.toString()}\n${message}`, { prefix: time });
  }
}
