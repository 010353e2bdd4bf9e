import { credsAuthenticator, nkeyAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator, type Authenticator } from "@nats-io/transport-node";

/** Who a client is to the server. Whoever starts everything has read the secrets: nothing here looks for them. */
export type NatsCredentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  /** The text of a `.creds` file: a JWT and the seed of its key. */
  | { readonly kind: "creds"; readonly text: string }
  /** The seed of an NKey, which begins with `SU`. */
  | { readonly kind: "nkey"; readonly seed: string };

/** What answers the server's challenge. */
export function authenticatorOf(credentials: NatsCredentials): Authenticator {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (credentials.kind) {
    case "token":
      return tokenAuthenticator(credentials.token);
    case "password":
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
    case "creds":
      return credsAuthenticator(bytes(credentials.text));
    case "nkey":
      return nkeyAuthenticator(bytes(credentials.seed));
  }
}
