import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { idPrefixes } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { implementer, world } from "./world.ts";

const nobody = (kind: "turn" | "attempt") => `${idPrefixes[kind]}_${"0".repeat(26)}`;

describe("a recorded turn", () => {
  it("is kept with every turn of a task, and read today as it was then [req:agent.replay]", async () => {
    await using w = await world();
    const task = await w.run();
    const [attempt] = task.attempt_history;
    const { turns } = await w.call("attempt/replay", { attempt_id: attempt!.id });
    expect(
      turns.map(({ turn_id, agent, result, differences }) => [turn_id, agent, result, differences]),
    ).toEqual(task.turns.map(({ id, agent }) => [id, agent, "same", []]));
    expect(turns.every(({ steps, cut, why }) => steps >= 2 && !cut && why === null)).toBe(true);
    const [{ id: turn_id } = { id: "" }] = task.turns;
    expect(await w.call("turn/replay", { turn_id })).toEqual(turns[0]);
    const file = w.path("data", "recordings", `${turn_id}.jsonl.gz`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(gunzipSync(readFileSync(file)).toString()).toContain("Make sum add");
  });

  it("shows what differs, and why nothing can be shown [req:agent.replay]", async () => {
    await using w = await world();
    const { turns } = await w.run();
    const [first, second] = turns;
    const at = (id: string) => w.path("data", "recordings", `${id}.jsonl.gz`);
    const text = gunzipSync(readFileSync(at(first!.id))).toString();
    writeFileSync(at(first!.id), gzipSync(text.replaceAll('"s":"done"', '"s":"changed"')));
    rmSync(at(second!.id));
    const changed = await w.call("turn/replay", { turn_id: first!.id });
    expect(changed).toMatchObject({
      result: "different",
      differences: [{ what: "item completed: message" }],
    });
    expect(changed.differences[0]?.recorded).toContain('"done"');
    expect(changed.differences[0]?.today).toContain('"changed"');
    const gone = await w.call("turn/replay", { turn_id: second!.id });
    expect(gone).toMatchObject({ result: "not_replayed", differences: [] });
    expect(gone.why).toContain("disk.recordings_days");
    await expect(w.call("turn/replay", { turn_id: nobody("turn") })).rejects.toMatchObject({
      code: "turn_not_found",
    });
    await expect(w.call("attempt/replay", { attempt_id: nobody("attempt") })).rejects.toMatchObject({
      code: "attempt_not_found",
    });
  });

  it("of a failed program fails again in the same words [req:agent.replay]", async () => {
    const writer = implementer(`process.stderr.write("it went wrong\\n"); process.exit(3);`);
    await using w = await world({ agents: { writer } });
    const task = await w.run({ max_attempts: 1 });
    expect(task.status).toBe("failed");
    const { turns } = await w.call("attempt/replay", { attempt_id: task.attempt_history[0]!.id });
    expect(turns.map(({ result, differences }) => [result, differences])).toEqual([["same", []]]);
  });
});
