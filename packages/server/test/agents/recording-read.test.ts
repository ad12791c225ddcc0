import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { systemClock } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Agent, type AgentTurn, Recordings, type SandboxSpec } from "../../src/agents/index.ts";
import type { Recording } from "../../src/agents/recording.ts";

const asIs = (text: string) => text;
const outcome = { status: "cancelled", session_id: null, usage: null } as const;

/** An agent that says what it is given, line by line. */
const speaker: Agent = {
  name: "speaker",
  kind: "command",
  probe: async () => ({ installed: true, version: null, logged_in: true, models: [] }),
  run: async function* ({ prompt, record }: AgentTurn) {
    for (const line of prompt.split("\n")) record?.("out", line);
    record?.("mark", '{"exited":{"exit_code":0,"signal":null,"reason":"exited"}}');
    yield { type: "ended", outcome };
  },
};

describe("what is read of a recorded turn", () => {
  let folder: string;
  let recordings: Recordings;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "harness-recordings-"));
    recordings = new Recordings({
      folder,
      clock: systemClock,
      redact: asIs,
      redaction: () => ({ push: asIs, flush: () => "" }),
      version: "9.9.9",
      enabled: true,
      logger: { warn: (facts, message) => expect.fail(`${message} ${JSON.stringify(facts)}`) },
    });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const say = async (prompt: string) => {
    const turn = { prompt, workspace: "/", access: "read-only", attempt_id: "att_1" } as const;
    const rest = { turn_timeout_ms: 1_000, idle_timeout_ms: 1_000, sandbox: async (one: SandboxSpec) => one };
    const approve = async () => ({ decision: "deny", reason: "" }) as const;
    const { signal } = new AbortController();
    for await (const _ of recordings.run(speaker, { ...turn, ...rest, approve, signal }, "turn_1"));
  };
  const file = () => path.join(folder, "turn_1.jsonl.gz");
  const change = async (how: (bytes: Buffer) => Buffer) => writeFile(file(), how(await readFile(file())));
  const changeText = (how: (text: string) => string) =>
    change((bytes) => gzipSync(how(gunzipSync(bytes).toString())));
  const read = async (): Promise<readonly Recording[]> => {
    const found = await recordings.read("turn_1");
    if (found === undefined || "why" in found) throw new Error(found?.why ?? "It is not there.");
    return found;
  };
  const lines = ({ entries }: Recording) => entries.filter(({ d }) => d === "out").map(({ s }) => s);

  it("is one recording for each time it was begun: none replaces another [req:recording.parts]", async () => {
    for (const prompt of ["one", "two", "three"]) await say(prompt);
    expect((await read()).map(lines)).toEqual([["one"], ["two"], ["three"]]);
    const name = (part: string) => `turn_1${part}.jsonl.gz`;
    expect((await readdir(folder)).sort()).toEqual([name(""), name(".part-2"), name(".part-3")].sort());
  });

  it("is beside what a server left that died, and not in its place [req:recording.parts]", async () => {
    await say("before it died");
    await writeFile(path.join(folder, "turn_1.jsonl"), gunzipSync(await readFile(file())));
    await rm(file());
    await say("after");
    expect((await read()).map(lines)).toEqual([["before it died"], ["after"]]);
  });

  it("is as much as is left of a file that is torn, and is said to be cut [req:recording.damaged]", async () => {
    const told = Array.from({ length: 20_000 }, (_, n) => `${n} ${Math.sin(n)}`);
    await say(told.join("\n"));
    await change((bytes) => bytes.subarray(0, bytes.length / 2));
    const [recording] = await read();
    const found = lines(recording!);
    expect(found.length).toBeGreaterThan(100);
    expect(found).toEqual(told.slice(0, found.length));
    expect([recording!.cut, recording!.whole]).toEqual([true, false]);
  });

  it("says that lines in its middle are none, of the traffic and of what happened [req:recording.damaged]", async () => {
    await say("one\ntwo\nthree");
    const intact = gunzipSync(await readFile(file())).toString();
    for (const broken of ['"s":"two', "exited"]) {
      await changeText(() => intact.replace(broken, "garbled"));
      const [recording] = await read();
      expect(recording!.cut).toBe(true);
    }
    await changeText(() => `${intact}{"t":1,"d":"o`);
    const [halfLine] = await read();
    expect([halfLine!.cut, lines(halfLine!)]).toEqual([true, ["one", "two", "three"]]);
  });

  it("is refused with its reason where it is of another format, or nothing one can read [req:recording.damaged]", async () => {
    await say("one");
    await changeText((text) => text.replace('"recording":1', '"recording":2'));
    expect(await recordings.read("turn_1")).toEqual({
      why: "Harness 9.9.9 recorded it in format 2; this one reads format 1.",
    });
    for (const bytes of ["", "no gzip", gzipSync(""), gzipSync("no json\n"), gzipSync('{"recording":1}\n')]) {
      await writeFile(file(), bytes);
      expect(await recordings.read("turn_1")).toEqual({ why: "The file of its recording is damaged." });
    }
    await rm(file());
    expect(await recordings.read("turn_1")).toBeUndefined();
  });
});
