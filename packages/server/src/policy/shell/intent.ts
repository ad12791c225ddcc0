import type { ShellSegment, ShellWord } from "../verdict.ts";
import { fileIntents } from "./intent-files.ts";
import { hostOf, networkIntents } from "./intent-network.ts";

/** What a command declares to do by its words and redirects: no proof, for a program may do more. */
export interface CommandIntent {
  readonly reads: readonly ShellWord[];
  /** Paths it makes, changes or takes away. One that is not literal may be any path. */
  readonly writes: readonly ShellWord[];
  /** Whether it wants the network: the hosts it names, or true when they are not all known. */
  readonly network: boolean | readonly string[];
}

/** Files that keep nothing. */
const keepsNothing = /^\/dev\/(?:null|zero|full|tty|stdin|stdout|stderr|u?random|fd\/[0-9]+)$/;

/** Infers what a command means to read, to write and to reach. */
export function intentOf(segment: ShellSegment): CommandIntent {
  const [first, ...rest] = segment.words;
  const name = first?.literal ? first.text.replace(/^.*\//s, "") : "";
  const files = Object.hasOwn(fileIntents, name) ? fileIntents[name]!(rest) : { reads: [], writes: [] };
  const network = Object.hasOwn(networkIntents, name) ? networkIntents[name]!(rest) : false;
  const targets = (mode: "read" | "write") =>
    segment.redirects.filter((redirect) => redirect.mode === mode).map((redirect) => redirect.target);
  const reads = [...files.reads, ...targets("read")].filter(isFile);
  const writes = [...files.writes, ...targets("write")].filter(isFile);
  const sockets = segment.redirects.flatMap(({ target }) => socketHost(target));
  return { reads, writes, network: sockets.length === 0 ? network : joined(network, sockets) };
}

function isFile({ text, literal }: ShellWord): boolean {
  return !literal || !(text === "-" || keepsNothing.test(text) || /^\/dev\/(?:tcp|udp)\//.test(text));
}

/** `/dev/tcp/host/port`: no file but a connection, which bash opens. */
function socketHost({ text }: ShellWord): string[] {
  const host = /^["']?\/dev\/(?:tcp|udp)\/([^/]*)/.exec(text)?.[1];
  return host === undefined ? [] : [hostOf(host) ?? ""];
}

function joined(network: boolean | readonly string[], hosts: readonly string[]): boolean | readonly string[] {
  if (network === true || hosts.includes("")) return true;
  return [...(network || []), ...hosts];
}
