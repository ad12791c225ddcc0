import { expect, it } from "vitest";
import { startReceiver } from "../notifications/receiver.ts";
import { messageOf, move, sleepsUntil, stored, waits } from "../notifications/story.ts";
import { world } from "../scenarios/world.ts";
import { manualClock } from "../support/manual-clock.ts";

it("notify.channels, notify.batch_secs, notify.timezone, notify.link_base: who is told, how late, when it is quiet there, and where links lead", async () => {
  const clock = manualClock("2026-01-01T12:59:00Z");
  await using receiver = await startReceiver();
  const channel = `[[notify.channels]]\nname = "me"\ntype = "webhook"\nurl = "${receiver.url}/"\nquiet_hours = "22:00-22:30"`;
  await using w = await world({
    clock,
    // Tokyo is nine hours ahead.
    config: `[notify]\nbatch_secs = 90\ntimezone = "Asia/Tokyo"\nlink_base = "https://büro.example/harness/"\n${channel}`,
    start: false,
  });
  await w.app.notifier.start();
  const id = await w.submit();
  await move(w, id, waits(id, clock.now()));
  expect(await stored(w, 1)).toMatchObject([{ channel: "me", not_before: "2026-01-01T13:00:30.000Z" }]);
  await sleepsUntil(clock, "2026-01-01T13:30:00.000Z");
  clock.advance(31 * 60_000);
  const { items, sent_at } = messageOf(await receiver.request(1));
  expect(items).toMatchObject([{ link: `https://xn--bro-hoa.example/harness/tasks/${id}` }]);
  expect(sent_at).toBe("2026-01-01T13:30:00.000Z");
  await w.event((event) => event.type === "notification.sent");
});
