import type { Notification } from "@harness/protocol";
import { expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { onePage } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const hostile = "x\u001b[2J\u202e";
const at = "2026-01-02T03:00:00.000Z";
const notification: Notification = {
  id: "note_1",
  channel: "phone",
  kind: "needs_you",
  state: "pending",
  title: hostile,
  body: "Nobody said how.",
  link: "http://127.0.0.1:9800/tasks/task_1",
  commands: ["harness task accept task_1"],
  project_id: "proj_1",
  project: "app",
  task_id: "task_1",
  tries: 1,
  error: "127.0.0.1 answered 500",
  created_at: at,
  not_before: at,
  sent_at: null,
};

it("notification list shows what was told, narrowed and harmless [req:notify.list]", async () => {
  const result = { data: [notification], page: onePage };
  await using server = await fakeServer({ "notification/list": () => result });
  const argv = ["notification", "list", "--state", "pending", "--channel", "phone", "--kind", "needs_you"];
  const ran = await typed(argv, { url: server.url });
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out.split("\t")).toEqual([
    "needs_you",
    "pending",
    "phone",
    "x\u241b[2J\ufffd: Nobody said how.",
    "harness task accept task_1",
    "127.0.0.1 answered 500",
    `${at}\n`,
  ]);
  expect(server.calls).toMatchObject([
    { params: { state: ["pending"], channel: ["phone"], kind: ["needs_you"] } },
  ]);
  const json: unknown = JSON.parse((await typed([...argv, "--json"], { url: server.url })).out);
  expect(json).toEqual(result);
});

it("notification test says which message arrived, and exits 1 when one did not [req:notify.test]", async () => {
  const good = { channel: "phone", ok: true, error: null };
  const bad = { channel: "desk", ok: false, error: `no ${hostile}` };
  await using server = await fakeServer({
    "notification/test": ({ channel }) => ({ results: channel === "phone" ? [good] : [good, bad] }),
  });
  const one = await typed(["notification", "test", "phone"], { url: server.url });
  expect(one).toMatchObject({ code: 0, out: "✓ phone: sent\n", err: "" });
  const all = await typed(["notification", "test"], { url: server.url });
  expect(all).toMatchObject({ code: 1, out: "✓ phone: sent\n✗ desk: no x\u241b[2J\ufffd\n" });
});

it("notification test says when there is no channel [req:notify.test]", async () => {
  await using server = await fakeServer({ "notification/test": () => ({ results: [] }) });
  const ran = await typed(["notification", "test"], { url: server.url });
  expect(ran).toMatchObject({ code: 0, err: "No channel is configured. Add a [[notify.channels]] table.\n" });
});
