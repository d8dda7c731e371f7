import { BlockList, isIPv4, isIPv6 } from "node:net";

// Two lists: in one, a rule for IPv6 would count for the IPv4 addresses that it maps.
const v4Special = listOf("ipv4", [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
]);
/**
 * The only global ones. Outside are also all ranges with an IPv4 address in them that a gateway would lead to: mapped,
 * translated and compatible ones, NAT64.
 */
const v6Global = listOf("ipv6", ["2000::/3"]);
/** Special ones among the global ones; 6to4 has an IPv4 address in it. */
const v6Special = listOf("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]);

function listOf(family: "ipv4" | "ipv6", ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", prefix] = range.split("/");
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}

/** Whether an IP address is one of the public internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !v4Special.check(address, "ipv4");
  // A zone, as in fe80::1%eth0, is one of a link.
  return (
    isIPv6(address) && !address.includes("%") && v6Global.check(address, "ipv6") && !v6Special.check(address, "ipv6")
  );
}
