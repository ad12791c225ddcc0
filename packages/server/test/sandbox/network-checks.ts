import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RefusedHost } from "../../src/sandbox/index.ts";
import type { SandboxBench } from "./bench.ts";
import type { Check } from "./conformance.ts";

const fetched = (url: string) =>
  `fetch("${url}").then(async (r) => console.log(r.status, await r.text()), (e) => console.log("refused", e.cause?.code ?? e.message))`;

/** What a list of hosts is held to. */
export const networkChecks: readonly Check[] = [
  {
    title: "listed hosts are reached, and no other, and each refusal is told [req:sandbox.network-list]",
    async run(bench: SandboxBench) {
      const web = createServer((asked, answer) => answer.end(`${asked.headers.host} ${asked.url}`));
      await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
      const { port } = web.address() as AddressInfo;
      const refused: RefusedHost[] = [];
      const run = async (code: string) => {
        const spec = bench.spec("node", ["-e", code], {
          network: { hosts: [`127.0.0.1:${port}`] },
          onRefusedHost: (one) => refused.push(one),
        });
        return bench.runner.run(await bench.spawnSpec(spec));
      };
      try {
        const first = await run(fetched(`http://127.0.0.1:${port}/a`));
        assert.equal(first.stderr.text, "");
        assert.equal(first.stdout.text, `200 127.0.0.1:${port} /a\n`);
        const other = await bench.listen();
        const tries = [`http://127.0.0.1:${other}/`, "http://other.example/", "https://other.example/"];
        const second = await run(tries.map(fetched).join(";"));
        assert.ok(!second.stdout.text.includes("200"), second.stdout.text);
        assert.deepEqual(refused.map(({ host }) => host).sort(), ["other.example:443", "other.example:80"]);
        assert.equal((await run("process.exit(7)")).exitCode, 7);
        await bench.sandbox.reap(bench.workspace);
      } finally {
        web.close();
        web.closeAllConnections();
      }
    },
  },
];
