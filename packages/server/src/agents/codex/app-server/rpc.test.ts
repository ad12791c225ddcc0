import { expect, it } from "vitest";
import { AppServerRpc, OVERLOADED, RpcError } from "./rpc.ts";

/** A connection whose other side answers by `reply`, and whose clock is always there at once. */
function connect(reply: (sent: { id: number; method: string }) => object | undefined, random = 0) {
  const pauses: number[] = [];
  const retried: string[] = [];
  const sent: { id: number; method: string }[] = [];
  const rpc = new AppServerRpc({
    send: (line) => {
      const message = JSON.parse(line);
      sent.push(message);
      const answer = reply(message);
      if (answer !== undefined) queueMicrotask(() => rpc.settle({ id: message.id, ...answer }));
    },
    clock: {
      now: () => 0,
      callAt: (time, callback) => {
        pauses.push(time);
        queueMicrotask(callback);
        return () => undefined;
      },
    },
    random: () => random,
    onRetry: (method, tries) => retried.push(`${method} ${tries}`),
  });
  return { rpc, pauses, retried, sent };
}

const busy = { error: { code: OVERLOADED, message: "overloaded" } };

it.each([
  [0, [125, 250, 500]],
  [1, [250, 500, 1000]],
])(
  "asks again after pauses that double, random in their upper half (%d) [req:codex.overload]",
  async (random, expected) => {
    const { rpc, pauses, retried, sent } = connect(
      ({ id }) => (id <= 3 ? busy : { result: "there" }),
      random,
    );
    expect(await rpc.request("turn/start", {}, (result) => result)).toBe("there");
    expect(pauses).toEqual(expected);
    expect(retried).toEqual(["turn/start 1", "turn/start 2", "turn/start 3"]);
    expect(sent.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  },
);

it("gives up after six tries, and at once for any other error [req:codex.overload]", async () => {
  const always = connect(() => busy);
  await expect(always.rpc.request("thread/start", {}, () => undefined)).rejects.toBeInstanceOf(RpcError);
  expect(always.sent).toHaveLength(6);
  const refused = connect(() => ({ error: { code: -32600, message: "no rollout" } }));
  await expect(refused.rpc.request("thread/resume", {}, () => undefined)).rejects.toThrow("no rollout");
  expect(refused.sent).toHaveLength(1);
});

it("reads an answer the moment it comes, and knows none it did not ask for [req:codex.garbage]", async () => {
  const { rpc } = connect(() => undefined);
  let read: unknown;
  const asked = rpc.request("turn/start", {}, (result) => {
    read = result;
  });
  expect(rpc.settle({ id: 99, result: {} })).toBe(false);
  expect(rpc.settle({ result: {} })).toBe(false);
  expect(rpc.settle({ id: 1, result: "now" })).toBe(true);
  expect(read).toBe("now");
  expect(rpc.settle({ id: 1, result: "again" })).toBe(false);
  await asked;
});

it("rejects what is asked when the connection closes, also in a pause", async () => {
  const waiting = connect(() => undefined);
  const asked = waiting.rpc.request("turn/start", {}, () => undefined);
  waiting.rpc.close();
  await expect(asked).rejects.toThrow("gone");
  await expect(waiting.rpc.request("turn/steer", {}, () => undefined)).rejects.toThrow("gone");
  waiting.rpc.notify("initialized");
  expect(waiting.sent).toHaveLength(1);
});
