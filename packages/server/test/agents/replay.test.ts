import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AcpAgent,
  type Agent,
  ClaudeAgent,
  CodexAgent,
  stepDifferences,
  stepsOfEvents,
  type TurnStep,
} from "../../src/agents/index.ts";
import type { Recording } from "../../src/agents/recording.ts";
import { recorded, replayed } from "./recorded-turn.ts";
import {
  endpointAgent,
  FIXTURES,
  ofEndpoints,
  ofPrograms,
  playingAgents,
  stored,
  turns,
  ways,
} from "./stored-recordings.ts";
import { logIn, openCodeSettings, openWorld, vendorPrograms, type World } from "./world.ts";

/** Set to write the fixtures anew, from the programs that are installed. */
const ANEW = process.env["HARNESS_RECORD"] === "1";
/** What a program says on standard error that its adapter reads. */
const TELLING = 'message="stream error"';
const asIs = (text: string) => text;
const programs = vendorPrograms();

describe.skipIf(programs === undefined)("a turn of a real program", () => {
  let world: World;
  let agents: Record<string, Agent>;
  beforeAll(async () => {
    world = await openWorld();
    const home = path.join(world.root, "operator");
    await mkdir(home);
    logIn(home, world.model.url, { retries: false });
    const shared = {
      runner: world.runner,
      clock: systemClock,
      home,
      state_dir: path.join(world.root, "state"),
      host_env: { ...world.host_env, ANTHROPIC_BASE_URL: world.model.url },
      default_model: world.model.model,
    };
    agents = {
      claude: new ClaudeAgent({ ...shared, executable: programs?.claude ?? "" }),
      codex: new CodexAgent({ ...shared, ...ways.codex, executable: programs?.codex ?? "" }),
      "codex exec": new CodexAgent({ ...shared, ...ways.exec, executable: programs?.codex ?? "" }),
      opencode: new AcpAgent({ ...shared, name: "opencode", settings: openCodeSettings(world, programs) }),
      gemini: new AcpAgent({
        ...shared,
        name: "gemini",
        settings: { argv: [programs?.gemini ?? "", "--acp"], model: world.model.model },
        host_env: { ...world.host_env, GEMINI_API_KEY: "key", GOOGLE_GEMINI_BASE_URL: world.model.url },
      }),
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(ofPrograms)(
    "is read from its recording as it was read live: %s [req:agent.replay]",
    async (name, which, prompt) => readsAsLive(world, name, agents[which]!, prompt),
  );
});

describe("a turn of a model endpoint, with a scripted model", () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it.each(ofEndpoints)(
    "is read from its recording as it was read live: %s [req:agent.replay]",
    async (name, which, prompt) => readsAsLive(world, name, endpointAgent(which, world), prompt),
  );
});

describe("a stored recording", () => {
  const agents = playingAgents();

  it.each(turns)("is read by today's adapter as it was then: %s [req:agent.replay]", async (name, which) => {
    const { recording, steps } = await stored(name);
    expect(stepDifferences(steps, await replayed(agents[which]!, recording))).toEqual([]);
  });

  it("is all there is", async () => {
    const names = (await readdir(FIXTURES)).map((file) => file.split(".")[0]);
    expect([...new Set(names)].sort()).toEqual(turns.map(([name]) => name).sort());
  });

  it("shows what an adapter would tell otherwise today [req:agent.replay]", async () => {
    const { recording, steps } = await stored("claude-writes");
    const entries = recording.entries
      .filter(({ s }) => !s.includes('"type":"tool_result"'))
      .map((entry) => ({ ...entry, s: entry.s.replaceAll("wrote hello.txt", "wrote bye.txt") }));
    const today = await replayed(agents["claude"]!, { ...recording, entries });
    const shown = stepDifferences(steps, today).map(({ what, recorded: then, today: now }) => [
      what,
      then !== null,
      now?.includes("bye.txt") ?? null,
    ]);
    expect(shown).toEqual([
      ["item completed: file_change", true, null],
      ["item completed: message", true, true],
    ]);
  });

  it("of a turn whose server died ends as a failed one [req:agent.replay]", async () => {
    const { recording } = await stored("claude-writes");
    const half = { ...recording, entries: recording.entries.slice(0, recording.entries.length / 2) };
    const steps = await replayed(agents["claude"]!, half);
    expect(steps.at(-1)?.value).toContain('"status":"failed"');
  });
});

async function readsAsLive(world: World, name: string, agent: Agent, prompt: string): Promise<void> {
  const { recording, events } = await recorded(world, agent, prompt);
  const live = stepsOfEvents(events, asIs);
  expect(recording.cut).toBe(false);
  expect(recording.whole).toBe(true);
  expect(stepDifferences(live, await replayed(agent, recording))).toEqual([]);
  if (ANEW) await keep(name, world, recording, live);
}

/** Stores a recording without what is this machine's, and without the lists a program tells of itself. */
async function keep(name: string, world: World, recording: Recording, steps: TurnStep[]): Promise<void> {
  const scrubbed = (text: string) =>
    text
      .replaceAll(world.root, "/machine")
      .replaceAll(world.root.slice(1), "machine")
      .replaceAll(world.root.replaceAll(/[/.]/g, "-"), "-machine")
      .replaceAll(world.model.url, "http://127.0.0.1:1");
  const entries = recording.entries
    .filter(({ d, s }) => d !== "err" || s.includes(TELLING))
    .map((entry) => ({ ...entry, s: scrubbed(withoutLists(entry.s)) }));
  const lines = [{ ...recording.head, turn_id: `turn_${name}` }, ...entries].map((line) =>
    JSON.stringify(line),
  );
  await mkdir(FIXTURES, { recursive: true });
  await writeFile(path.join(FIXTURES, `${name}.jsonl`), `${lines.join("\n")}\n`);
  const told = steps.map(({ what, value }) => ({ what, value: scrubbed(value) }));
  await writeFile(path.join(FIXTURES, `${name}.steps.json`), `${JSON.stringify(told, null, 2)}\n`);
}

/** What a program tells of itself, which is long and changes with what its vendor offers. */
const LISTS = new Set(["tools", "commands", "availableCommands", "availableModels", "authMethods"]);

function withoutLists(line: string): string {
  if (!line.startsWith("{")) return line;
  return JSON.stringify(JSON.parse(line), (name, value: unknown) => {
    if (LISTS.has(name)) return [];
    // A choice among values, and no choice among answers to a question for permission.
    return name === "options" && JSON.stringify(value).startsWith('[{"value":') ? [] : value;
  });
}
