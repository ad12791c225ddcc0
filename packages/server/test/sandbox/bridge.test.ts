import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { firstLine, processesWith } from "../process/bench.ts";
import { SandboxBench } from "./bench.ts";
import { networkChecks } from "./network-checks.ts";

const LISTED = { network: { hosts: ["api.example.com"] } } as const;

/** Sends 4 MB over each of 20 connections while it reads what comes back, and counts it after it has said all. */
const talk = (port: number) => `
const { connect } = require("node:net");
const block = Buffer.alloc(1 << 20, "0123456789");
let left = 20;
for (let n = 0; n < 20; n += 1) {
  let got = 0;
  const socket = connect({ port: ${port}, host: "127.0.0.1", allowHalfOpen: true });
  for (let m = 0; m < 4; m += 1) socket.write(block);
  socket.end();
  socket.on("data", (part) => { got += part.length; });
  socket.on("end", () => { console.log(got); if (--left === 0) process.exit(); });
}`;

/** Ends the last process of the bridge, once all of it is there, and waits. */
const END_BRIDGE = (processes: number) => `
set --
while [ $# -lt ${processes} ]; do
  set --
  for p in /proc/[0-9]*; do
    c=; read -r c < $p/comm
    case $c in perl|node|MainThread) set -- "$@" "\${p#/proc/}";; esac
  done
done
eval "kill -9 \\\${$#}"; sleep 600`;

// Perl where there is one, Node where there is none: nobody may be able to tell them apart.
describe.each([
  { runtime: "perl", more: {}, processes: 2 },
  { runtime: "node", more: { perl: [] }, processes: 1 },
])("the bridge in $runtime", ({ runtime, more, processes }) => {
  async function withBench(skip: (why: string) => void, check: (bench: SandboxBench) => Promise<unknown>) {
    await using bench = new SandboxBench("bwrap", {}, more);
    const probe = await bench.driver.probe();
    if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
    const { args } = await bench.sandbox.wrap(bench.spec("true", [], LISTED));
    if (!args.some((word) => word.endsWith(`/${runtime}`))) return skip(`there is no ${runtime}`);
    await check(bench);
  }

  for (const { title, run } of networkChecks) it(title, ({ skip }) => withBench(skip, run));

  it("carries everything both ways at once, over many connections", ({ skip }) =>
    withBench(skip, async (bench) => {
      await using echo = createServer({ allowHalfOpen: true }, (socket) =>
        socket.on("error", () => {}).pipe(socket),
      );
      await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
      const { port } = echo.address() as AddressInfo;
      const spec = bench.spec("node", ["-e", talk(port)], { network: { hosts: [`127.0.0.1:${port}`] } });
      const outcome = await bench.runner.run(await bench.spawnSpec(spec));
      expect(outcome).toMatchObject({ exitCode: 0, stderr: { text: "" } });
      expect(outcome.stdout.text.trim().split("\n")).toEqual(new Array(20).fill(String(4 << 20)));
    }));

  it("gives the program no descriptor and no variable but those of the way out [req:sandbox.way-out]", ({
    skip,
  }) =>
    withBench(skip, async (bench) => {
      const look = "ls -l /proc/self/fd | wc -l; trap; env | sed 's/=.*//' | grep -vi _proxy | sort";
      const listed = await bench.sh(look, LISTED);
      expect(listed.exitCode).toBe(0);
      expect(listed.stdout.text).toBe((await bench.sh(look)).stdout.text);
    }));

  it("hands signals and ends on as they are", ({ skip }) =>
    withBench(skip, async (bench) => {
      expect((await bench.sh("exit 7", LISTED)).exitCode).toBe(7);
      expect((await bench.sh("kill -9 $$", LISTED)).exitCode).toBe(137);
      const ready = firstLine();
      const spec = bench.spec(
        "sh",
        ["-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done"],
        LISTED,
      );
      const child = bench.runner.start(
        await bench.spawnSpec(spec, { onLine: ready.onLine, killGraceMs: 60_000 }),
      );
      await ready.line;
      expect(await child.kill()).toMatchObject({ exitCode: 3, reason: "aborted" });
    }));

  it("ends everything when it ends itself [req:sandbox.way-out]", ({ skip }) =>
    withBench(skip, async (bench) => {
      const outcome = await bench.sh(END_BRIDGE(processes), LISTED);
      expect(outcome.reason).toBe("exited");
      expect(outcome.exitCode).not.toBe(0);
      expect(processesWith(bench.cookie)).toEqual([]);
    }));
});
