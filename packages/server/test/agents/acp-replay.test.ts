import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AcpAgent, stepDifferences, stepsOfEvents, type TurnStep } from "../../src/agents/index.ts";
import type { Recording } from "../../src/agents/recording.ts";
import { recorded, replayed } from "./recorded-turn.ts";
import { openWorld, type World } from "./world.ts";

const FAKE = fileURLToPath(new URL("../fixtures/fake-acp-agent.mjs", import.meta.url));

/** With a scripted agent: what the real ones do not ask their editor for. */
describe("a recorded turn of an ACP agent, played again", () => {
  let world: World;
  let agent: AcpAgent;
  beforeAll(async () => {
    world = await openWorld();
    agent = new AcpAgent({
      runner: world.runner,
      clock: systemClock,
      name: "fake",
      settings: {
        argv: [FAKE, JSON.stringify({ can: { loadSession: true } })],
        readable: [path.dirname(FAKE)],
      },
      home: path.join(world.root, "operator"),
      state_dir: path.join(world.root, "state"),
      host_env: world.host_env,
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const asks = (method: string, params: object) => `ask ${JSON.stringify({ method, params })}`;
  const updates = (update: object) => `update ${JSON.stringify(update)}`;
  const play = async (lines: readonly string[], more: Parameters<typeof recorded>[3] = {}) => {
    const workspace = await world.workspace();
    await writeFile(path.join(workspace, "a.txt"), "one\n");
    const { recording, events } = await recorded(world, agent, lines.join("\n"), { workspace, ...more });
    const live = stepsOfEvents(events, (text) => text);
    await rm(workspace, { recursive: true });
    await mkdir(workspace);
    const today = await replayed(agent, recording);
    return { recording, live, today, workspace };
  };

  it("touches no file and gives the answers that were given [req:agent.replay, acp.files]", async () => {
    const { live, today, workspace } = await play([
      asks("fs/read_text_file", { path: "a.txt" }),
      asks("fs/read_text_file", { path: "missing.txt" }),
      asks("fs/write_text_file", { path: "new/b.txt", content: "two" }),
      asks("fs/write_text_file", { path: "../outside.txt", content: "three" }),
      "say over",
    ]);
    expect(kinds(live)).toContain("item completed: file_change");
    expect(stepDifferences(live, today)).toEqual([]);
    expect(existsSync(path.join(workspace, "new"))).toBe(false);
  });

  it("starts no terminal and shows what one showed [req:agent.replay, acp.terminals]", async () => {
    const call = { toolCallId: "t1", kind: "execute", title: "run" };
    const shown = [{ type: "terminal", terminalId: "terminal-1" }];
    const script = "echo it ran; touch ran; exit 3";
    const { live, today, workspace } = await play([
      asks("terminal/create", { command: "sh", args: ["-c", script] }),
      updates({ sessionUpdate: "tool_call", status: "in_progress", content: shown, ...call }),
      asks("terminal/wait_for_exit", { terminalId: "terminal-1" }),
      asks("terminal/release", { terminalId: "terminal-1" }),
      updates({ sessionUpdate: "tool_call_update", status: "completed", ...call }),
      asks("terminal/create", { command: "no-such-program" }),
    ]);
    const command = live.find(({ what }) => what === "item completed: command");
    expect(command?.value).toContain("it ran");
    expect(command?.value).toContain('"exit_code":3');
    expect(stepDifferences(live, today)).toEqual([]);
    expect(existsSync(path.join(workspace, "ran"))).toBe(false);
  });

  it("asks nobody, and goes on with a conversation as it did [req:agent.replay, acp.permission]", async () => {
    const options = [
      { optionId: "yes", name: "Yes", kind: "allow_once" },
      { optionId: "no", name: "No", kind: "reject_once" },
    ];
    const toolCall = { toolCallId: "t1", kind: "edit", title: "edit", locations: [{ path: "/outside/x" }] };
    const first = await play([asks("session/request_permission", { toolCall, options })]);
    expect(stepDifferences(first.live, first.today)).toEqual([]);
    const again = await play(["say more"], { session_id: "fake-session" });
    expect(again.recording.entries.map(({ s }) => s).join()).toContain("session/load");
    expect(stepDifferences(again.live, again.today)).toEqual([]);
  });

  it("shows what today's adapter would tell otherwise [req:agent.replay]", async () => {
    const { recording, live } = await play([asks("fs/write_text_file", { path: "b.txt", content: "two" })]);
    const entries = recording.entries.map((entry) => ({
      ...entry,
      s: entry.s.replace(
        '{"effect":"write b.txt","gave":null}',
        '{"effect":"write b.txt","threw":"no room"}',
      ),
    }));
    const today = await replayed(agent, { ...recording, entries });
    expect(stepDifferences(live, today)[0]).toMatchObject({
      what: "item completed: file_change",
      recorded: expect.any(String),
      today: null,
    });
  });

  it("says why one cannot be played that an older Harness recorded [req:agent.replay]", async () => {
    const { recording } = await play(["say hello"]);
    const entries = recording.entries.filter(({ s }) => !s.includes("made_from"));
    const older: Recording = { ...recording, entries };
    expect(agent.replay(older)).toEqual({ why: expect.stringContaining("recorded less") });
  });

  it("keeps no piece of what was said [req:recording.kept]", async () => {
    const { recording } = await play(["say sec", "say ret"]);
    const told = recording.entries.filter(({ d }) => d === "out").map(({ s }) => s);
    expect(told.join()).not.toContain("sec");
    expect(recording.entries.map(({ s }) => s).join()).toContain('"said":"secret"');
  });
});

function kinds(steps: readonly TurnStep[]): string[] {
  return steps.map(({ what }) => what);
}
