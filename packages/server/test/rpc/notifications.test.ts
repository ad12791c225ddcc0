import { rpcNotifications } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { connect } from "./fake-session.ts";

describe("what happens", () => {
  it("is told from the handshake on, each with the one before it [req:rpc.notifications]", async () => {
    const { greet, heard, log } = connect();
    log.append("before");
    greet();
    log.append("one");
    log.append("two");
    expect(await heard()).toMatchObject([{ id: "hello" }, "warning 1->2", "warning 2->3"]);
  });

  it("is not told of the kinds a client opted out of, nor chained over them [req:rpc.opt-out]", async () => {
    for (const name of ["warning", "nothing/known"]) {
      const { greet, heard, log, say } = connect();
      greet({ opt_out_notification_methods: [name] });
      log.append("one");
      const told = name === "warning" ? [] : ["warning 0->1"];
      expect((await heard()).slice(1)).toEqual(told);
      say({ id: 1, method: "events/subscribe", params: { after_seq: 0 } });
      expect((await heard()).slice(1)).toEqual(told);
    }
    const every = connect();
    every.greet({
      optOutNotificationMethods: Object.keys(rpcNotifications).map((one) => one.replace("/", "_")),
    });
    every.log.append("one");
    every.say({ id: 1, method: "events/subscribe", params: { after_seq: 0 } });
    expect(await every.heard()).toMatchObject([{ id: "hello" }, { id: 1, result: { subscribed: true } }]);
    expect(every.log.cursors).toBe(0);
  });

  it("is told from any event on, after the answer and in place of what was told before [req:rpc.subscribe]", async () => {
    const { greet, heard, log, say } = connect();
    for (let n = 0; n < 3; n += 1) log.append(String(n));
    greet();
    log.append("live");
    expect(await heard()).toMatchObject([{ id: "hello" }, "warning 3->4"]);
    say({ id: 1, method: "events/subscribe", params: { after_seq: 1, project_id: "app" } });
    expect(await heard()).toMatchObject([
      { id: 1, result: { subscribed: true, after_seq: 1, head_seq: 4 } },
      "warning 1->2",
      "warning 2->3",
      "warning 3->4",
    ]);
    say({ id: 2, method: "events_subscribe", params: { types: ["task.ended"] } });
    log.append("other");
    expect(await heard()).toMatchObject([{ id: 2 }]);
    say({ id: 3, method: "events/unsubscribe" });
    log.append("unheard");
    expect(await heard()).toMatchObject([{ id: 3, result: { subscribed: false } }]);
    expect(log.cursors).toBe(0);
    for (const params of [{ after_seq: -1 }, { after_seq: 1.5 }, { types: ["nothing"] }, { topic: "all" }]) {
      say({ id: 4, method: "events/subscribe", params });
      expect(await heard()).toMatchObject([{ id: 4, error: { code: -32602 } }]);
    }
  });

  it("that is gone or not there yet asks for a resync, and what was told before goes on [req:rpc.subscribe]", async () => {
    const { greet, heard, log, say } = connect();
    for (let n = 0; n < 9; n += 1) log.append(String(n));
    log.oldest = 5;
    greet();
    await heard();
    for (const after_seq of [2, 1000]) {
      say({ id: 1, method: "events/subscribe", params: { after_seq } });
      const [answer, resync] = await heard();
      expect(answer).toMatchObject({ result: { subscribed: false, after_seq: null, head_seq: 9 } });
      expect(resync).toBe("resync_required undefined->undefined");
    }
    log.append("live");
    expect(await heard()).toEqual(["warning 9->10"]);
  });

  it("is told to nobody after the end, and a feed that breaks ends the connection [req:rpc.subscribe]", async () => {
    const { greet, heard, log, session, say, running } = connect();
    greet();
    say({ id: 1, method: "task/list" });
    await heard();
    session.close();
    log.append("unheard");
    running[0]?.end("late");
    say({ id: 2, method: "task/list" });
    expect(running).toHaveLength(1);
    expect(log.cursors).toBe(0);
    const broken = connect();
    const { open } = broken.log;
    broken.log.open = (filter, after) => {
      const feed = open(filter, after);
      if (feed.status === "ok") feed.cursor.take = () => Promise.reject(new Error("disk gone"));
      return feed;
    };
    broken.greet();
    await broken.heard();
    expect(broken.failures).toEqual(["the feed failed"]);
  });
});
