import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addressKind, allowByLocality } from "../src/index.ts";

describe("kinds of addresses", () => {
  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["10.1.2.3", "private"],
    ["172.31.255.255", "private"],
    ["192.168.0.1", "private"],
    ["fd12::1", "private"],
    ["172.32.0.1", "public"],
    ["93.184.216.34", "public"],
    ["2606:2800:220:1::1", "public"],
    ["0.0.0.0", "special"],
    ["169.254.169.254", "special"],
    ["100.100.100.200", "special"],
    ["fd00:ec2::254", "special"],
    ["fe80::1", "special"],
    ["fe80::1%eth0", "special"],
    ["224.0.0.1", "special"],
    ["255.255.255.255", "special"],
    ["::", "special"],
    ["::ffff:127.0.0.1", "special"],
    ["::ffff:7f00:1", "special"],
    ["0:0:0:0:0:ffff:7f00:1", "special"],
    ["::ffff:93.184.216.34", "special"],
    ["::127.0.0.1", "special"],
    ["64:ff9b::7f00:1", "special"],
    ["2002:7f00:1::", "special"],
    ["ff02::1", "special"],
    ["localhost", "special"],
    ["", "special"],
  ])("%s is %s", (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  it("calls no mapped or translated form of any IPv4 address loopback, private or public", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom("::ffff:", "::", "64:ff9b::"), (address, prefix) => {
        const kind = addressKind(prefix + address);
        // "::0.0.0.1" is another spelling of ::1.
        expect(kind === "special" || prefix + address === "::0.0.0.1").toBe(true);
      }),
    );
  });

  it("allows loopback to contracts that run here alone, and public addresses to the others alone", () => {
    const origin = "http://example.test";
    expect(allowByLocality({ origin, address: "127.0.0.1", locality: "local" })).toBe(true);
    expect(allowByLocality({ origin, address: "::1", locality: "on_device" })).toBe(true);
    expect(allowByLocality({ origin, address: "127.0.0.1", locality: "external" })).toBe(false);
    expect(allowByLocality({ origin, address: "127.0.0.1" })).toBe(false);
    expect(allowByLocality({ origin, address: "93.184.216.34" })).toBe(true);
    expect(allowByLocality({ origin, address: "93.184.216.34", locality: "local" })).toBe(false);
    expect(allowByLocality({ origin, address: "10.0.0.1", locality: "private_cloud" })).toBe(false);
  });
});
