/** A version of the protocol on the wire: names and shapes differ between the two. */
export type WireVersion = "1.0" | "0.3";

interface WireNames {
  readonly send: string;
  readonly user: string;
}

/** What 1.0 calls `SendMessage`, 0.3 calls `message/send`. */
export const wireNames: Readonly<Record<WireVersion, WireNames>> = {
  "1.0": { send: "SendMessage", user: "ROLE_USER" },
  "0.3": { send: "message/send", user: "user" },
};
