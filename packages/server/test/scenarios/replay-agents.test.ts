import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { step, type TalkingWorld, talkingWorld } from "../threads/talking-world.ts";

const FAKE = fileURLToPath(new URL("../fixtures/fake-acp-agent.mjs", import.meta.url));

/** A scripted ACP agent and a scripted model, as agents of a server. */
const world = () =>
  talkingWorld(
    [step("Write it", [{ write_file: { path: "a.txt", content: "one" } }], [{ say: "written" }])],
    {
      config: [
        '[agents]\nexecution_strategy = "model"',
        `[agents.acp.fake]\nargv = ${JSON.stringify([process.execPath, FAKE])}`,
        `readable = ${JSON.stringify([path.dirname(FAKE)])}`,
      ].join("\n"),
    },
  );

/** Changes what is recorded of a turn. */
function rewrite(w: TalkingWorld, turn_id: string, change: (text: string) => string): void {
  const file = w.path("data", "recordings", `${turn_id}.jsonl.gz`);
  writeFileSync(file, gzipSync(change(gunzipSync(readFileSync(file)).toString())));
}

describe("a turn that was recorded by the server", () => {
  it("of a model endpoint or an ACP agent is played again, and shows what differs [req:agent.replay]", async () => {
    await using w = await world();
    const written = { path: "b.txt", content: "two" };
    const asks = `ask ${JSON.stringify({ method: "fs/write_text_file", params: written })}`;
    const turns = [
      [await w.said(await w.start(), "Write it"), "written"],
      [await w.said(await w.start({ agent: "fake" }), `${asks}\nsay written`), "written"],
    ] as const;
    for (const [turn, word] of turns) {
      expect(turn.status).toBe("completed");
      const turn_id = turn.id;
      expect(await w.call("turn/replay", { turn_id })).toMatchObject({ result: "same", differences: [] });
      rewrite(w, turn_id, (text) => text.replaceAll(word, "changed"));
      const { result, differences } = await w.call("turn/replay", { turn_id });
      expect([result, differences.some(({ today }) => today?.includes("changed"))]).toEqual([
        "different",
        true,
      ]);
      rewrite(w, turn_id, (text) =>
        text
          .split("\n")
          .filter((line) => !line.includes("made_from"))
          .join("\n"),
      );
      expect(await w.call("turn/replay", { turn_id })).toMatchObject({
        result: "not_replayed",
        why: expect.stringContaining("recorded less"),
      });
    }
  });

  it("without a model, or with facts looked up for one, is played again without looking at anything [req:agent.replay]", async () => {
    await using w = await world();
    const config = { execution_strategy: "grounded" as const };
    const turns = [
      await w.said(await w.start({ agent: "deterministic" }), "git status"),
      await w.said(await w.start(config), "Write it: is it in `sum.js`?"),
    ];
    expect(turns.map(({ agent }) => agent)).toEqual(["deterministic", "openai_api"]);
    for (const { id: turn_id, status } of turns) {
      expect(status).toBe("completed");
      expect(await w.call("turn/replay", { turn_id })).toMatchObject({
        result: "same",
        why: null,
        differences: [],
      });
    }
    const [{ id: turn_id } = { id: "" }] = turns;
    rewrite(w, turn_id, (text) => text.replaceAll("## ", "## other "));
    expect((await w.call("turn/replay", { turn_id })).result).toBe("different");
  });
});
