import { HEAD_KEY, type RegistryBucket } from "./registry-bucket.ts";

/** Heads that are written before what none of them names is taken away: a slow follower may still be reading it. */
const KEPT_HEADS = 30;

/** Texts in the bucket that the head names no more. */
export class LeftBehind {
  readonly #bucket: RegistryBucket;
  /** Key, up to which revision it may go, and how many heads it was not named in. */
  readonly #keys = new Map<string, { readonly revision: number; heads: number }>();

  private constructor(bucket: RegistryBucket) {
    this.#bucket = bucket;
  }

  /** @param revision - all that is there is older than this */
  static async open(bucket: RegistryBucket, revision: number): Promise<LeftBehind> {
    const left = new LeftBehind(bucket);
    for await (const key of await bucket.kv.keys()) if (key !== HEAD_KEY) left.#keys.set(key, { revision, heads: 0 });
    return left;
  }

  /** To be called after each head. What has not been named for long enough goes, also from `present`. */
  async forget(present: Map<string, number>, named: ReadonlySet<string>): Promise<void> {
    for (const [key, revision] of present) if (!named.has(key) && !this.#keys.has(key)) this.#keys.set(key, { revision, heads: 0 });
    for (const [key, left] of this.#keys) {
      if (named.has(key)) this.#keys.delete(key);
      else if (++left.heads > KEPT_HEADS) {
        await this.#bucket.forget(key, left.revision);
        this.#keys.delete(key);
        present.delete(key);
      }
    }
  }
}
