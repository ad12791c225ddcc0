import { BlockList, isIP } from "node:net";

/** Who else may be reached than the public: machines of the operator's own network, by name. */
export interface OutboundRules {
  /** Host names that may lead to this machine or a private network (`egress.private_hosts`). */
  readonly privateHosts: readonly string[];
}

const loopback = listOf(["127.0.0.0", 8, "ipv4"], ["::1", 128, "ipv6"]);
const privateNetworks = listOf(
  ["10.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["fc00::", 7, "ipv6"],
);
/** Addresses behind which nobody's service is; clouds keep the credentials of a machine at a link-local one. */
const nobodys = listOf(
  ["0.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"],
  ["::", 128, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
  // Forms that carry another address inside, which a gateway would reach.
  ["64:ff9b::", 96, "ipv6"],
  ["2002::", 16, "ipv6"],
);

/** The host of an address without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

/**
 * Why an address may not be asked; undefined when it may. Only http and https, no login in it, and plain http only to
 * this machine or a private network, as the operator wrote it: as an address, as localhost, or by a name he listed.
 */
export function refusedUrl(url: URL, rules: OutboundRules): string | undefined {
  const host = hostOf(url);
  if (!/^https?:$/.test(url.protocol)) return `${url.protocol} is not http or https`;
  if (url.username !== "" || url.password !== "") return "it has a login in it";
  if (isIP(host) !== 0) {
    const wrong = refusedAddress(host, host, rules);
    if (wrong !== undefined) return wrong;
  }
  if (url.protocol === "http:" && !isNear(host, rules))
    return `${host} would be reached over plain http, where others can read it; use https`;
  return undefined;
}

/** Why a host may not be reached at an address it leads to; undefined when it may. */
export function refusedAddress(host: string, address: string, rules: OutboundRules): string | undefined {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const plain = address.replace(/%.*$/, "");
  if (nobodys.check(plain, family)) return `${address} is an address where no receiver is`;
  const near = loopback.check(plain, family) || privateNetworks.check(plain, family);
  if (!near || isIP(host) !== 0 || isNear(host, rules)) return undefined;
  return `${host} leads to ${address}, inside your network; list the name in egress.private_hosts if that is meant`;
}

/** Whether an operator who writes this host means his own machine or network. */
function isNear(host: string, { privateHosts }: OutboundRules): boolean {
  if (host === "localhost" || host.endsWith(".localhost") || privateHosts.includes(host)) return true;
  const family = isIP(host);
  if (family === 0) return false;
  const kind = family === 6 ? "ipv6" : "ipv4";
  return loopback.check(host, kind) || privateNetworks.check(host, kind);
}

function listOf(...networks: readonly (readonly [string, number, "ipv4" | "ipv6"])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of networks) list.addSubnet(network, prefix, family);
  return list;
}
