import { BlockList, isIP } from "node:net";

import type { Locality } from "@caio/contracts";

/** Where a connection would go, once its host name is resolved. */
export interface HttpTarget {
  /** Scheme, host and port: `https://api.example.com:8443`. */
  readonly origin: string;
  /** The address that the host resolved to: the one that would be connected to. */
  readonly address: string;
  /** What the contract says of where its service runs. */
  readonly locality?: Locality;
}

/** What an address is for. `special` holds link-local, metadata, multicast, reserved, mapped and transition ranges. */
export type AddressKind = "loopback" | "private" | "public" | "special";

const LOOPBACK = blockList(["127.0.0.0/8"], ["::1/128"]);
const PRIVATE = blockList(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], ["fc00::/7"]);
// IANA special-purpose registries (RFC 6890 and updates); 100.64/10 and fd00:ec2::/32 hold metadata services of clouds.
const SPECIAL = blockList(
  [
    "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
    "192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
  ],
  ["fd00:ec2::/32", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"],
);
/** Of IPv6 only what is handed out as global unicast can be public: mapped and translated addresses are not in it. */
const GLOBAL_V6 = blockList([], ["2000::/3"]);

/** What an IP address is for. Text that is no address is `special`. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address);
  if (version === 0 || address.includes("%")) return "special";
  // A block list looks through ::ffff:0:0/96 to the IPv4 rules: name it before any rule can call it loopback.
  if (version === 6 && /^(::ffff:|0{1,4}(:0{1,4}){4}:ffff:)/i.test(address)) return "special";
  const family = version === 4 ? "ipv4" : "ipv6";
  if (SPECIAL.check(address, family)) return "special";
  if (LOOPBACK.check(address, family)) return "loopback";
  if (PRIVATE.check(address, family)) return "private";
  return version === 4 || GLOBAL_V6.check(address, family) ? "public" : "special";
}

/**
 * The rule of an `HttpExecutor` that is given none: loopback only for contracts whose locality is `local` or
 * `on_device`, public addresses for all others, and never a private, link-local, metadata or reserved one.
 *
 * An operator who needs a private host allows that one and leaves the rest to this rule:
 *
 * @example
 * ```ts
 * import { allowByLocality, HttpExecutor } from "@caio/adapters";
 *
 * const executor = new HttpExecutor({
 *   allow: (target) => target.origin === "https://models.internal:8443" || allowByLocality(target),
 * });
 * ```
 */
export function allowByLocality(target: HttpTarget): boolean {
  const here = target.locality === "local" || target.locality === "on_device";
  return addressKind(target.address) === (here ? "loopback" : "public");
}

function blockList(ipv4: readonly string[], ipv6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [family, ranges] of [["ipv4", ipv4], ["ipv6", ipv6]] as const) {
    for (const range of ranges) {
      const [network = "", bits = ""] = range.split("/");
      list.addSubnet(network, Number(bits), family);
    }
  }
  return list;
}
