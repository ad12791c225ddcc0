import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstLine, gone, processesWith } from "../process/bench.ts";
import type { Check } from "./conformance.ts";

/** How programs inside end, by themselves, when stopped and when the server dies. */
export const lifeChecks: readonly Check[] = [
  {
    title: "exit codes pass through, and a signal is 128 and its number [req:sandbox.exit]",
    async run(bench) {
      assert.equal((await bench.sh("exit 42")).exitCode, 42);
      assert.equal((await bench.sh("kill -KILL $$")).exitCode, 137);
      assert.equal((await bench.sh("kill -TERM $$")).exitCode, 143);
    },
  },
  {
    title: "a program that is not there fails and is named [req:sandbox.exit]",
    async run(bench) {
      const missing = await bench.runner.run(await bench.spawnSpec(bench.spec("no-such-program", [])));
      assert.notEqual(missing.exitCode, 0);
      assert.match(missing.stderr.text, /no-such-program/);
    },
  },
  {
    title: "its input comes from us, byte for byte",
    async run(bench) {
      const stdin = `${"prompt\n".repeat(20_000)}end`;
      const spec = await bench.spawnSpec(bench.spec("cat", []), { stdin });
      assert.equal((await bench.runner.run(spec)).stdout.text, stdin);
    },
  },
  {
    title: "stopping it leaves nothing, also not an orphan that ignores SIGTERM [req:sandbox.kill]",
    async run(bench) {
      for (const mode of ["stay", "leave"]) {
        const ready = firstLine();
        const spec = await bench.fixture("forks-a-setsid-grandchild", [mode], { onLine: ready.onLine });
        const child = bench.runner.start(spec);
        await ready.line;
        const outcome = await (mode === "stay" ? child.kill() : child.exited);
        assert.equal(outcome.reason, mode === "stay" ? "aborted" : "exited");
        assert.deepEqual(processesWith(bench.cookie), []);
      }
      const killed = firstLine();
      const child = bench.runner.start(await bench.fixture("ignores-sigterm", [], { onLine: killed.onLine }));
      await killed.line;
      assert.equal((await child.kill()).signal, "SIGKILL");
      assert.deepEqual(processesWith(bench.cookie), []);
    },
  },
  {
    title: "it can be stopped while it is still being set up [req:sandbox.kill]",
    async run(bench) {
      const spec = await bench.fixture("hangs", [], { killGraceMs: 10_000 });
      const outcome = await bench.runner.start(spec).kill();
      assert.equal(outcome.reason, "aborted");
      assert.ok(outcome.durationMs < 5_000, `${outcome.durationMs} ms`);
      assert.deepEqual(processesWith(bench.cookie), []);
    },
  },
  {
    title: "SIGTERM reaches the program inside, which ends by itself [req:sandbox.graceful-stop]",
    async run(bench) {
      const stopped = async () => {
        const ready = firstLine();
        const how = { onLine: ready.onLine, killGraceMs: 10_000 };
        const child = bench.runner.start(await bench.fixture("stops-on-sigterm", [], how));
        await ready.line;
        return child.kill();
      };
      let outcome = await stopped();
      // Podman passes signals on from a moment after the program began; one that comes before ends podman itself.
      for (
        let tries = 0;
        bench.driver.name === "podman" && outcome.exitCode === null && tries < 5;
        tries += 1
      )
        outcome = await stopped();
      assert.equal(outcome.exitCode, 3);
      assert.equal(readFileSync(join(bench.workspace, "stopped"), "utf8"), "gracefully");
    },
  },
  {
    title: "when the server is killed, all of it dies at once [req:sandbox.owner-dies]",
    async run(bench) {
      const owner = fileURLToPath(new URL("owner.ts", import.meta.url));
      const spec = JSON.stringify(await bench.fixture("forks-a-setsid-grandchild", ["stay"]));
      const stdio = ["ignore", "pipe", "inherit"] as const;
      const args = [owner, join(bench.dataDir, "ledger"), spec];
      const server = spawn(process.execPath, args, { stdio: [...stdio] });
      await new Promise((resolve) => server.stdout?.once("data", resolve));
      assert.ok(processesWith(bench.cookie).length >= 3);
      server.kill("SIGKILL");
      for (const pid of processesWith(bench.cookie)) await gone(pid);
      assert.deepEqual(processesWith(bench.cookie), []);
    },
  },
];
