import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Agent, DeterministicAgent, stepDifferences, stepsOfEvents } from "../../src/agents/index.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { recorded, replayed } from "./recorded-turn.ts";
import { openWorld, type World } from "./world.ts";

const asIs = (text: string) => text;
const files = {
  "README.md": "# Boxes\n",
  "hello.mjs": 'console.log("hello"); process.exit(3);\n',
  "src/box.ts": "export function turnKey(key: string): string {\n  return key;\n}\n",
  "src/door.ts": 'import { turnKey } from "./box.ts";\n\nexport function door() {\n  turnKey("door");\n}\n',
};

describe("a recorded turn without a model, played again", () => {
  let world: World;
  let agent: DeterministicAgent;
  /** It has what it needs to do anything at all, and does nothing. */
  let today: DeterministicAgent;
  beforeAll(async () => {
    world = await openWorld();
    const deps = { runner: world.runner, host_env: world.host_env };
    agent = new DeterministicAgent({ ...deps, state_dir: path.join(world.root, "state") });
    today = new DeterministicAgent({ ...deps, state_dir: path.join(world.root, "never") });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const play = async (prompt: string, more: Parameters<typeof recorded>[3] = {}) => {
    const workspace = makeRepository(await world.workspace(), files);
    const { recording, events } = await recorded(world, agent, prompt, { workspace, ...more });
    rmSync(workspace, { recursive: true });
    mkdirSync(workspace);
    const session_id = events.flatMap((one) => (one.type === "started" ? [one.session_id] : []))[0] ?? "";
    const live = stepsOfEvents(events, asIs);
    return { recording, live, session_id, workspace, again: await replayed(today, recording) };
  };
  const said = (steps: readonly { value: string }[]) => steps.map(({ value }) => value).join("\n");

  it.each([
    ["git status", "Nothing is changed"],
    ["git log", "The last commit"],
    ["which repository is this?", "This is the repository"],
    ["show README.md", "# Boxes"],
    ["show README", "# Boxes"],
    ["show nothing.txt", "There is no file"],
    ["list files in src", "src/door.ts"],
    ["where is turnKey defined?", "src/box.ts:1"],
    ["what calls turnKey?", "in `door`"],
    ["where is turnLock used?", "no place"],
    ["run node hello.mjs", "exit code 3"],
    ['write "a line" to notes/new.txt', "I wrote notes/new.txt"],
    ['create file /outside/new.txt with "x"', "I did not create"],
    ["help", "git status"],
    ["sing a song about boxes", ""],
  ])("tells the same of: %s [req:agent.replay]", async (prompt, words) => {
    const { live, again, workspace } = await play(prompt);
    expect(said(live)).toContain(words);
    expect(stepDifferences(live, again)).toEqual([]);
    expect(existsSync(path.join(workspace, "notes"))).toBe(false);
    expect(existsSync(path.join(world.root, "never"))).toBe(false);
  });

  it("knows what was shown before, and what words it was given to say [req:agent.replay]", async () => {
    const shown = await play("run node hello.mjs");
    const again = await play("run that", { session_id: shown.session_id });
    expect(said(again.live)).toContain("exit code 3");
    expect(stepDifferences(again.live, again.again)).toEqual([]);
    const says: Agent = {
      name: "deterministic",
      kind: "deterministic",
      probe: () => agent.probe(),
      run: (turn) => agent.say(turn, "No model."),
    };
    const { recording, events } = await recorded(world, says, "anything");
    expect(stepDifferences(stepsOfEvents(events, asIs), await replayed(today, recording))).toEqual([]);
  });

  it("ends as it ended: stopped by a person, or out of time [req:agent.replay]", async () => {
    const stop = new AbortController();
    const approve = async () => {
      stop.abort();
      return { decision: "allow", reason: "too late" } as const;
    };
    const stopped = await play("run tail -f /dev/null", { approve, signal: stop.signal });
    expect(said(stopped.live)).toContain('"status":"cancelled"');
    expect(stepDifferences(stopped.live, stopped.again)).toEqual([]);
    const silent = await play("run tail -f /dev/null", { idle_timeout_ms: 300 });
    expect(said(silent.live)).toContain("timeout_idle");
    expect(stepDifferences(silent.live, silent.again)).toEqual([]);
  });

  it("shows what would be told otherwise today, and why an old one cannot be played [req:agent.replay]", async () => {
    const { recording, live } = await play("show README.md");
    const changed = (from: string, to: string) => ({
      ...recording,
      entries: recording.entries.map((entry) => ({ ...entry, s: entry.s.replace(from, to) })),
    });
    const differences = stepDifferences(live, await replayed(today, changed("# Boxes", "# Crates")));
    expect(differences.map(({ what }) => what)).toEqual([
      "item completed: tool_call",
      "item completed: message",
    ]);
    const other = stepDifferences(live, await replayed(today, changed("read README.md", "read other.md")));
    expect(other.at(-1)?.today).toContain("nothing of this. (read README.md)");
    expect(today.replay(changed("made_from", "made"))).toEqual({
      why: expect.stringContaining("recorded less"),
    });
  });
});
