import type { HostProxy } from "./host-proxy.ts";
import type { SandboxSpec } from "./types.ts";

/** Where programs in an empty network find the way out. */
const PORT = 3128;

/** What the program inside that leads from loopback to the proxy has to know. */
interface BridgePlan {
  readonly socket: string;
  readonly port: number;
  /** Ports of the host's loopback that are led through under their own number. */
  readonly direct: readonly number[];
}

/**
 * The spec of a program that has the proxy as its only way out: a small program goes before it that listens on the
 * sandbox's own loopback, and every well-behaved program finds it by the usual variables.
 */
export function throughProxy(spec: SandboxSpec, proxy: HostProxy, execPath: string): SandboxSpec {
  const plan: BridgePlan = { socket: proxy.socket, port: PORT, direct: proxy.loopback };
  const address = `http://127.0.0.1:${PORT}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
  const local = "localhost,127.0.0.1,::1";
  const env = {
    ...spec.env,
    ...Object.fromEntries(names.map((name) => [name, address])),
    NO_PROXY: local,
    no_proxy: local,
    // Node.js 24 and newer read the variables when told to.
    NODE_USE_ENV_PROXY: "1",
  };
  const args = ["--no-warnings", "-e", bridgeSource(), "--", JSON.stringify(plan), spec.file, ...spec.args];
  const writableFiles = [...(spec.writableFiles ?? []), proxy.socket];
  return { ...spec, env, file: execPath, args, writableFiles };
}

/** The program as source text, so that a bundled server needs no second file. It uses Node's built-in modules only. */
function bridgeSource(): string {
  return `(${bridge})(JSON.parse(process.argv[1]), process.argv[2], process.argv.slice(3));`;
}

function bridge(plan: BridgePlan, file: string, args: string[]): void {
  const net = process.getBuiltinModule("node:net");
  const { spawn } = process.getBuiltinModule("node:child_process");
  const os = process.getBuiltinModule("node:os");
  // The program gets the signal itself; this one ends when it does.
  process.on("SIGTERM", () => {});
  process.on("SIGINT", () => {});
  let waiting = 1 + plan.direct.length;
  for (const port of [plan.port, ...plan.direct]) {
    const server = net.createServer((inner) => {
      const outer = net.connect(plan.socket);
      for (const socket of [inner, outer]) socket.on("error", () => socket.destroy());
      inner.on("close", () => outer.destroy());
      outer.on("close", () => inner.destroy());
      inner.pipe(outer);
      if (port === plan.port) {
        outer.pipe(inner);
        return;
      }
      inner.pause();
      outer.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
      outer.once("data", (answer) => {
        const end = answer.indexOf("\r\n\r\n");
        if (!answer.toString("latin1").startsWith("HTTP/1.1 200")) inner.destroy();
        else if (end + 4 < answer.length) inner.write(answer.subarray(end + 4));
        outer.pipe(inner);
        inner.resume();
      });
    });
    server.on("error", (error) => {
      process.stderr.write(`The way to the network could not be opened: ${error.message}\n`);
      process.exit(125);
    });
    server.listen(port, "127.0.0.1", () => {
      waiting -= 1;
      if (waiting > 0) return;
      const child = spawn(file, args, { stdio: "inherit" });
      child.on("error", (error) => {
        process.stderr.write(`${file}: ${error.message}\n`);
        process.exit(127);
      });
      child.on("exit", (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal!] ?? 0)));
    });
  }
}
