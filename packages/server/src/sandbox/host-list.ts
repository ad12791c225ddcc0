import { BlockList, isIP } from "node:net";

/** Ports of an entry that names none. */
const DEFAULT_PORTS: readonly number[] = [443, 80];
const NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A host somebody wants to reach, exactly as it is compared: lower case, no trailing dot, an address as the system writes it. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Whether a target may be reached, and if not why. */
export type HostVerdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

/**
 * Exact hosts, and nothing that only looks like one: no suffixes, no wildcards, no second spelling. An entry is a
 * name or an address, perhaps with a port; without one it means the ports 443 and 80.
 */
export class HostList {
  readonly #ports = new Map<string, Set<number>>();

  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const parsed = parseTarget(entry, 0);
      if (parsed === undefined) continue;
      const ports = this.#ports.get(parsed.host) ?? new Set<number>();
      for (const port of parsed.port === 0 ? DEFAULT_PORTS : [parsed.port]) ports.add(port);
      this.#ports.set(parsed.host, ports);
    }
  }

  /** Ports of this machine that are listed. */
  get loopback(): readonly number[] {
    return ["127.0.0.1", "localhost", "::1"].flatMap((host) => [...(this.#ports.get(host) ?? [])]);
  }

  judge({ host, port }: Target): HostVerdict {
    const ports = this.#ports.get(host);
    if (ports === undefined) return { ok: false, why: "the host is not listed" };
    return ports.has(port) ? { ok: true } : { ok: false, why: "the port is not listed" };
  }

  /** A name may lead to a public address; to one of a private network only when that address is listed itself. */
  judgeAddress(target: Target, address: string): HostVerdict {
    if (!isPrivate(address)) return { ok: true };
    const known = address === "127.0.0.1" || address === "::1" ? [address, "localhost"] : [address];
    if (known.some((host) => this.judge({ host, port: target.port }).ok)) return { ok: true };
    return { ok: false, why: `it leads to ${address}, an address of a private network that is not listed` };
  }
}

/** Every entry with each of its ports, for a proxy of somebody else's that takes a missing port for any. */
export function withPorts(entries: readonly string[]): string[] {
  return entries.flatMap((entry) => {
    const parsed = parseTarget(entry, 0);
    if (parsed === undefined) return [];
    const host = isIP(parsed.host) === 6 ? `[${parsed.host}]` : parsed.host;
    return (parsed.port === 0 ? DEFAULT_PORTS : [parsed.port]).map((port) => `${host}:${port}`);
  });
}

/** Reads `host`, `host:port` or `[address]:port`. Undefined for whatever is not written in the one way it may be. */
export function parseTarget(text: string, defaultPort: number): Target | undefined {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain =
    bracketed ?? /^([^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? (isIP(text) === 6 ? [text, text] : null);
  if (plain === null) return undefined;
  const port = plain[2] === undefined ? defaultPort : Number(plain[2]);
  if (port > 65_535) return undefined;
  const host = hostOf(plain[1] ?? "");
  return host === undefined ? undefined : { host, port };
}

function hostOf(text: string): string | undefined {
  if (isIP(text) === 4) return text;
  if (isIP(text) === 6) return new URL(`http://[${text}]`).hostname.slice(1, -1);
  const lower = text.toLowerCase();
  // A name of digits only is an address in another spelling (2130706433, 127.1, 0x7f.1).
  if (!NAME.test(lower) || /^(0x[0-9a-f]*|\d+)$/.test(lower.split(".").at(-1) ?? "")) return undefined;
  return lower;
}

/** True for an address that is not of the public network. */
export function isPrivate(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  return privateNetworks().check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

function privateNetworks(): BlockList {
  const list = new BlockList();
  const v4 =
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4";
  const v6 = "::/127 64:ff9b::/96 fc00::/7 fe80::/10 ff00::/8";
  for (const [family, networks] of [
    ["ipv4", v4],
    ["ipv6", v6],
  ] as const)
    for (const network of networks.split(" ")) {
      const [address = "", bits = ""] = network.split("/");
      list.addSubnet(address, Number(bits), family);
    }
  return list;
}
