import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { askOnce } from "../../src/ask-once.ts";
import { implementer } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { startServerProcess } from "../support/server-process.ts";
import { testDir, writeConfig } from "../support/test-app.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { channels, messageOf } from "./story.ts";

let dir: string;
let receiver: Receiver;
beforeEach(async () => {
  dir = testDir("notify-crash");
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

it.each([
  ["before what happened was noted", "N1", 0],
  ["after the message was delivered, before that was noted", "N2", 1],
])(
  "a server killed %s tells it once, and that it was gone [req:notify.durable]",
  async (_when, failpoint, delivered) => {
    const url = `${receiver.url}/me`;
    const server = {
      dir,
      agents: { writer: implementer(`write("new.txt", "new"); say("done");`) },
      config: channels(
        "batch_secs = 0",
        `name = "me"\ntype = "webhook"\nurl = "${url}"\nkinds = ["done", "broken"]`,
      ),
    };
    const first = await startServerProcess({ ...server, failpoint: `${failpoint}@1` });
    const root = makeRepository(`${dir}/repo`, { a: "1" });
    await first.client.call("project/create", {
      root,
      id: "app",
      validation: "none",
      review: { enabled: false },
    });
    const { task_id } = await first.client.call("task/create", { prompt: "Add a file" });
    expect((await first.exited).signal).toBe("SIGKILL");
    expect(receiver.received).toHaveLength(delivered);

    // Somebody asks a question meanwhile, which is not a server that stopped in order.
    const config = writeConfig(dir, server);
    const surroundings = { cwd: dir, home: dir, platform: process.platform, stderr: () => {} };
    const flags = { config, "data-dir": `${dir}/data` };
    const env = { PATH: process.env["PATH"] ?? "" };
    expect(await askOnce({ ...surroundings, flags, env }, "health/get", {})).toMatchObject({ status: "ok" });

    const second = await startServerProcess(server);
    try {
      const told = new Map<string, string>();
      for (let n = 1; told.size < 2; n += 1) {
        const message = messageOf(await receiver.request(n));
        for (const item of message.items) {
          // A message that comes again is the same one, and says so.
          expect(told.get(item.title) ?? message.id).toBe(message.id);
          told.set(item.title, message.id);
        }
      }
      expect([...told.keys()].toSorted()).toEqual(["Add a file", "The server came back after a crash"]);
      await expect
        .poll(async () => (await second.client.call("notification/list", { state: "sent" })).data.length)
        .toBe(2);
      const { data } = await second.client.call("notification/list", {});
      expect(data.map(({ kind, state }) => [kind, state]).toSorted()).toEqual([
        ["broken", "sent"],
        ["done", "sent"],
      ]);
      expect(data.find(({ kind }) => kind === "done")?.task_id).toBe(task_id);
      expect(receiver.received.length).toBeLessThanOrEqual(2 + delivered);
    } finally {
      await second.kill("SIGTERM");
    }
  },
);
