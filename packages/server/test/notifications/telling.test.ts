import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type World, world } from "../scenarios/world.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { channels, messageOf, move, sleepsUntil, stored, waits } from "./story.ts";

const sent = (w: World) => w.event((event) => event.type === "notification.sent");

describe.each(["sqlite", "postgres"] as const)("what people are told, on %s", (database) => {
  let clock: ManualClock;
  let receiver: Receiver;
  let w: World;
  beforeEach(async () => {
    clock = manualClock("2026-01-01T12:00:00Z");
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await w[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  /** A server that works on nothing and tells what the test makes happen. */
  async function open(config: string): Promise<void> {
    w = await world({ database, clock, config, start: false });
    await w.app.notifier.start();
  }
  const hook = (name: string, more = "") =>
    `name = "${name}"\ntype = "webhook"\nurl = "${receiver.url}/${name}"\n${more}`;

  it("is one message of everything that happened within the pause, with link and command of each [req:notify.batched, notify.links]", async () => {
    await open(channels('link_base = "https://box.example/"', hook("me")));
    const [a, b] = [await w.submit({ title: "Fix the sum" }), await w.submit({ title: "Speed it up" })];
    await move(w, a, waits(a, clock.now()));
    await stored(w, 1);
    clock.advance(30_000);
    await move(w, b, waits(b, clock.now()));
    await move(
      w,
      b,
      { type: "finish", status: "failed", reason: "x" },
      { error: '{"code":"x","message":"It broke."}' },
    );
    await stored(w, 3);
    await sleepsUntil(clock, "2026-01-01T12:01:00.000Z");
    expect(receiver.received).toEqual([]);
    clock.advance(30_000);
    const message = messageOf(await receiver.request(1));
    expect(message).toMatchObject({
      type: "harness.notification",
      channel: "me",
      title: "Harness: 1 needs you, 1 broken",
      counts: { needs_you: 1, broken: 1 },
      more: 0,
      link: "https://box.example/",
    });
    expect(message.items).toMatchObject([
      {
        kind: "needs_you",
        title: "Fix the sum",
        body: "Nobody said how this project is proven.",
        task_id: a,
        project: "app",
        link: `https://box.example/tasks/${a}`,
        commands: [`harness task accept ${a}`],
      },
      {
        kind: "broken",
        title: "Speed it up",
        body: "It broke.",
        commands: [`harness task show ${b}`, `harness task retry ${b}`],
      },
    ]);
    expect(message.text).toContain(`  harness task accept ${a}\n  https://box.example/tasks/${a}`);
    const { data } = await sent(w);
    expect(data).toMatchObject({ channel: "me", notification_ids: message.items.map(({ id }) => id) });
    expect(receiver.received).toHaveLength(1);
    // What a person had handled in time was not told.
    expect((await stored(w, 3)).map(({ state, task_id }) => [state, task_id])).toEqual([
      ["sent", b],
      ["dropped", b],
      ["sent", a],
    ]);
  });

  it("says the same thing once, and again after a later attempt [req:notify.once]", async () => {
    await open(channels("batch_secs = 0", hook("me")));
    const id = await w.submit();
    await move(w, id, waits(id, clock.now()));
    await receiver.request(1);
    await move(w, id, waits(id, clock.now()));
    await move(w, id, waits(id, clock.now(), "no_reviewer"));
    expect(messageOf(await receiver.request(2)).items).toMatchObject([{ task_id: id }]);
    await move(w, id, { type: "unblock", by: "operator" });
    clock.advance(1);
    await move(w, id, waits(id, clock.now()));
    await receiver.request(3);
    expect(await stored(w, 3)).toHaveLength(3);
  });

  it("is not what a task waited for before, when it waits for something else by now [req:notify.once]", async () => {
    await open(channels("", hook("me")));
    const [a, b] = [await w.submit(), await w.submit()];
    await move(w, a, waits(a, clock.now(), "dependency_failed"));
    await move(w, b, waits(b, clock.now(), "no_reviewer"));
    const other = waits(a, clock.now(), "dependency");
    await move(
      w,
      a,
      other.type === "wait" ? { ...other, reason: { ...other.reason, needs: "dependency" } } : other,
    );
    await move(w, b, waits(b, clock.now(), "no_reviewer"));
    await vi.waitFor(async () =>
      expect((await stored(w, 2)).map(({ state, task_id }) => [state, task_id])).toEqual([
        ["pending", b],
        ["dropped", a],
      ]),
    );
  });

  it("asks for a login once for all tasks of the account, and not when it is there again [req:notify.once]", async () => {
    await open(channels("", hook("me")));
    const ids = [await w.submit(), await w.submit(), await w.submit()];
    const stop = { account: "claude", message: "The login has expired.", fix: "claude /login" };
    const auth = (id: string) => {
      const wait = waits(id, clock.now(), "auth");
      return wait.type === "wait" ? { ...wait, reason: { ...wait.reason, account: "claude" } } : wait;
    };
    await w.app.log.write((tx) => tx.append({ type: "account.stopped", actor: "harness", data: stop }));
    for (const id of ids) await move(w, id, auth(id));
    await w.app.log.write((tx) => tx.append({ type: "account.stopped", actor: "harness", data: stop }));
    const other = { ...stop, account: "codex", fix: "codex login" };
    await w.app.log.write((tx) => tx.append({ type: "account.stopped", actor: "harness", data: other }));
    expect((await stored(w, 2)).map(({ title, commands }) => [title, commands])).toEqual([
      ["codex needs a login", ["codex login"]],
      ["claude needs a login", ["claude /login"]],
    ]);
    const woken = { account: "codex", tasks: 0, by: "operator" };
    await w.app.log.write((tx) => tx.append({ type: "account.woken", actor: "operator", data: woken }));
    await vi.waitFor(async () =>
      expect((await w.call("notification/list", { state: "dropped" })).data).toHaveLength(1),
    );
    await sleepsUntil(clock, "2026-01-01T12:01:00.000Z");
    clock.advance(60_000);
    expect(messageOf(await receiver.request(1)).title).toBe("Needs you: claude needs a login");
    await sent(w);
    expect((await stored(w, 2)).map(({ state }) => state)).toEqual(["dropped", "sent"]);
  });

  it("goes to whom it concerns: by kind and by project; what is of no project concerns all [req:notify.right-person]", async () => {
    await open(
      channels(
        "batch_secs = 0",
        hook("app-only", 'projects = ["app"]'),
        hook("other-only", 'projects = ["other"]'),
        hook("broken-only", 'kinds = ["broken"]'),
      ),
    );
    const id = await w.submit();
    await move(w, id, waits(id, clock.now()));
    await w.app.log.write((tx) =>
      tx.append({ type: "storage.full", actor: "harness", data: { reserve_freed: true } }),
    );
    const told = (await stored(w, 4)).map(({ channel, kind }) => `${channel} ${kind}`);
    expect(told.toSorted()).toEqual([
      "app-only broken",
      "app-only needs_you",
      "broken-only broken",
      "other-only broken",
    ]);
  });

  it("is cut to twenty things, the most pressing first, and says how many more there are [req:notify.batched]", async () => {
    await open(channels("", hook("me")));
    await w.app.log.write(async (tx) => {
      for (let n = 0; n < 24; n += 1)
        await tx.append({
          type: "report.created",
          actor: "harness",
          data: { report_id: `rpt_${n}`, since: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z" },
        });
      await tx.append({ type: "storage.full", actor: "harness", data: { reserve_freed: false } });
    });
    await stored(w, 25);
    await sleepsUntil(clock, "2026-01-01T12:01:00.000Z");
    clock.advance(60_000);
    const message = messageOf(await receiver.request(1));
    expect(message).toMatchObject({ title: "Harness: 1 broken, 24 report", more: 5, counts: { report: 24 } });
    expect(message.items).toHaveLength(20);
    expect(message.items[0]?.kind).toBe("broken");
    expect(message.text.endsWith("\nand 5 more")).toBe(true);
    await sent(w);
    expect((await w.call("notification/list", { state: "pending" })).data).toEqual([]);
    const page = await w.call("notification/list", { limit: 20 });
    expect(page.page.has_more).toBe(true);
    const rest = await w.call("notification/list", { limit: 20, cursor: page.page.next_cursor! });
    expect([page.data.length, rest.data.length, rest.page.has_more]).toEqual([20, 5, false]);
  });
});
