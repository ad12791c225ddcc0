import { expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { world } from "./world.ts";

const DAY = 86_400_000;

it("keys of requests go after a day, what was told after 90, and what is to be told stays [req:disk.old-rows]", async () => {
  const clock = manualClock("2026-01-01T22:00:00.000Z");
  await using w = await world({ clock, start: true });
  await w.call("project/update", { project: "app", active: false });
  await w.call("task/create", { prompt: "a", project: "app", idempotency_key: "evening" });
  const told = (id: string, state: string, created_at: number) => ({
    id,
    state,
    created_at,
    dedupe_key: id,
    channel: "c",
    kind: "done" as const,
    project_id: null,
    project: null,
    task_id: null,
    title: id,
    body: "",
    commands: "[]",
    link: "/",
    batch_id: null,
    tries: 1,
    error: null,
    not_before: created_at,
    sent_at: null,
  });
  const now = clock.now();
  await w.app.log.write(({ db }) =>
    db
      .insertInto("notifications")
      .values([
        told("old", "sent", now - 90 * DAY),
        told("pending", "pending", now - 90 * DAY),
        told("new", "sent", now),
      ])
      .execute(),
  );
  const left = async () => {
    const { reader } = w.app.storage;
    const notifications = await reader.selectFrom("notifications").select("id").orderBy("id").execute();
    const keys = await reader.selectFrom("idempotency_keys").select("key").execute();
    return [...notifications.map(({ id }) => id), ...keys.map(({ key }) => key)];
  };
  expect(await left()).toEqual(["new", "old", "pending", "evening"]);
  clock.advance(DAY);
  await expect.poll(left).toEqual(["new", "pending", "evening"]);
  clock.advance(DAY);
  await expect.poll(left).toEqual(["new", "pending"]);
});
