import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandAgent, type CommandAgentDeps } from "../../src/agents/index.ts";
import { agentContract } from "../../src/agents/testing/contract.ts";
import { type ContractSubject, completed, failed, run } from "../../src/agents/testing/contract-turn.ts";
import { openWorld, type World } from "./world.ts";

const fixture = fileURLToPath(new URL("./command-fixture.mjs", import.meta.url));

describe("a command of the operator", () => {
  let world: World;
  let subject: ContractSubject;
  const make = (argv: readonly string[], more: Partial<CommandAgentDeps> = {}) =>
    new CommandAgent({
      runner: world.runner,
      clock: systemClock,
      name: "mine",
      argv,
      host_env: world.host_env,
      readable: [fixture],
      state_dir: path.join(world.root, "state"),
      default_model: "small",
      ...more,
    });
  beforeAll(async () => {
    world = await openWorld();
    subject = {
      ...world,
      agent: make([process.execPath, fixture, "--in", "{workspace}", "--model={model}"]),
      modelInput: () => "",
      can: {
        resume: false,
        report_silence: false,
        report_usage: false,
        ask: false,
        schema: false,
        process: true,
      },
    };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  for (const promise of agentContract)
    it(`${promise.title} [req:${promise.req}]`, () => promise.run(subject));

  it("is told missing with what to do about it", async () => {
    const probe = await make(["no-such-program-here"]).probe();
    expect(probe.installed).toBe(false);
    expect(probe.fix).toContain("agents.command.mine");
  });

  it("gets workspace, model and session in its arguments, and the prompt on standard input only [req:command.template]", async () => {
    const argv = ["-e", ECHO, "{workspace}", "{model}", "{session_id}"];
    const agent = make([process.execPath, ...argv]);
    const { outcome, workspace, specs } = await run({ ...subject, agent }, "the secret prompt", {
      model: "large",
    });
    const done = completed(outcome);
    const said: unknown = JSON.parse(done.final_text);
    expect(said).toMatchObject({ args: [workspace, "large", done.session_id], prompt: "the secret prompt" });
    expect(JSON.stringify(specs)).not.toContain("the secret prompt");
  });

  it("goes on with its conversation: its id, its home and the arguments for that [req:command.conversation]", async () => {
    const agent = make([process.execPath, "-e", NOTES, "begin", "{session_id}"], {
      name: "notes",
      resume_argv: [process.execPath, "-e", NOTES, "resume", "{session_id}"],
    });
    const own = { ...subject, agent };
    const first = completed((await run(own, "one")).outcome);
    expect(first.final_text).toBe("begin one");
    const session_id = first.session_id ?? "";
    const second = await run(own, "two", { session_id });
    expect(completed(second.outcome)).toMatchObject({ final_text: "resume one,two", session_id });
    expect(second.specs[0]?.args.at(-1)).toBe(session_id);
    const forked = await run(own, "three", { session_id, fork: true });
    expect(completed(forked.outcome).final_text).toBe("begin three");
    expect(forked.events).toContainEqual(expect.objectContaining({ type: "warning" }));
    expect(await agent.forget(Date.now() + 60_000)).toBe(2);
    const gone = await run(own, "four", { session_id });
    expect(completed(gone.outcome).final_text).toBe("begin four");
  });

  it("does not start without the model its arguments name", async () => {
    const agent = make([process.execPath, "-e", ECHO, "--model={model}"], { default_model: undefined });
    const { outcome, specs } = await run({ ...subject, agent }, "hello");
    expect(failed(outcome)).toMatchObject({
      kind: "spawn",
      message: expect.stringContaining("default_model"),
    });
    expect(specs).toEqual([]);
  });
});

const ECHO = `const prompt = require("node:fs").readFileSync(0, "utf8"); console.log(JSON.stringify({ args: process.argv.slice(1), prompt }));`;
/** Keeps what it was told in its home directory. */
const NOTES = `
const fs = require("node:fs"), file = process.env.HOME + "/notes";
const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") + "," : "";
fs.writeFileSync(file, before + fs.readFileSync(0, "utf8"));
console.log(process.argv[1], fs.readFileSync(file, "utf8"));
`;
