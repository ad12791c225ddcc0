import { nodeBridge } from "./bridge-node.ts";
import { perlBridge } from "./bridge-perl.ts";
import type { HostProxy } from "./host-proxy.ts";
import type { SandboxSpec } from "./types.ts";

/** Where a Perl is on systems that have one: with git on most, as a part of the system on Debian. */
export const PERL_PLACES = ["/usr/bin/perl", "/bin/perl", "/run/current-system/sw/bin/perl"];

/** Where programs in an empty network find the way out, unless that port of the machine is listed itself. */
const PORT = 3128;

/** What the program that leads from loopback to the proxy is run with. */
export interface BridgeRuntime {
  /** It is there in 2 ms and has 5 MB. */
  readonly perl: string | undefined;
  /** Where there is no Perl: always there, and takes 40 ms and 60 MB. */
  readonly node: string;
}

/**
 * The spec of a program that has the proxy as its only way out: a small program goes before it that listens on the
 * sandbox's own loopback, and every well-behaved program finds it by the usual variables. It only carries bytes from a
 * port to a socket file; what may be reached is judged behind those.
 */
export function throughProxy(
  spec: SandboxSpec,
  proxy: Pick<HostProxy, "socket" | "direct">,
  { perl, node }: BridgeRuntime,
): SandboxSpec {
  let port = PORT;
  while (proxy.direct.some((way) => way.port === port)) port += 1;
  const ways = [{ port, socket: proxy.socket }, ...proxy.direct];
  const program = [
    String(ways.length),
    ...ways.flatMap((way) => [String(way.port), way.socket]),
    spec.file,
    ...spec.args,
  ];
  const address = `http://127.0.0.1:${port}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
  const local = "localhost,127.0.0.1,::1";
  return {
    ...spec,
    env: {
      ...spec.env,
      ...Object.fromEntries(names.map((name) => [name, address])),
      NO_PROXY: local,
      no_proxy: local,
      // Node.js 24 and newer read the variables when told to.
      NODE_USE_ENV_PROXY: "1",
      // Perl would complain of a language that is not installed, in the program's name.
      ...(perl === undefined ? {} : { PERL_BADLANG: "0" }),
    },
    file: perl ?? node,
    args:
      perl === undefined
        ? ["--no-warnings", "-e", nodeBridge(), "--", ...program]
        : ["-e", perlBridge, "--", ...program],
    writableFiles: [...(spec.writableFiles ?? []), ...ways.map(({ socket }) => socket)],
  };
}
