/**
 * The bridge for systems without Perl, as source text for `node -e`, so that a bundled server needs no second file. It
 * takes how many ways there are, port and socket file of each, then the program and its arguments. It uses Node's
 * built-in modules only.
 */
export function nodeBridge(): string {
  return `(${bridge})(process.argv.slice(1));`;
}

function bridge([count, ...words]: string[]): void {
  const net = process.getBuiltinModule("node:net");
  const { pipeline } = process.getBuiltinModule("node:stream");
  const { spawn } = process.getBuiltinModule("node:child_process");
  const { signals } = process.getBuiltinModule("node:os").constants;
  // The program gets the signal itself; this one ends when it does.
  process.on("SIGTERM", () => {});
  process.on("SIGINT", () => {});
  const ways = words.splice(0, 2 * Number(count));
  const [file = "", ...args] = words;
  let waiting = Number(count);
  for (let at = 0; at < ways.length; at += 2) {
    const socket = ways[at + 1]!;
    const door = net.createServer({ allowHalfOpen: true }, (inner) => {
      const outer = net.connect({ path: socket, allowHalfOpen: true });
      pipeline(inner, outer, inner, () => {});
    });
    door.on("error", (error) => {
      process.stderr.write(`The way to the network could not be opened: ${error.message}\n`);
      process.exit(125);
    });
    door.listen(Number(ways[at]), "127.0.0.1", () => {
      waiting -= 1;
      if (waiting > 0) return;
      const child = spawn(file, args, { stdio: "inherit" });
      child.on("error", (error) => {
        process.stderr.write(`${file}: ${error.message}\n`);
        process.exit(127);
      });
      child.on("exit", (code, signal) => process.exit(code ?? 128 + (signals[signal!] ?? 0)));
    });
  }
}
