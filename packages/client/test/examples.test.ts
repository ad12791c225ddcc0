import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../server/src/agents/index.ts";
import { implementer } from "../../server/test/scenarios/world.ts";
import { type TestServer, testServer } from "../../server/test/support/test-server.ts";
import { modelConfig, step } from "../../server/test/threads/talking-world.ts";

const scribe = implementer(`write("a.txt", "one\\n"); say("wrote it");`);
const touch = (file: string) => ({ run: { argv: ["touch", file] } });

let model: ScriptedModel;
let server: TestServer;
beforeAll(async () => {
  const steps = [step("make two", [touch("good.txt")], [touch("bad.txt")], [{ say: "did what I may" }])];
  model = await startScriptedModel({ scenario: { name: "asks", steps } });
  server = await testServer({ agents: { scribe }, config: modelConfig(model.url) });
  const { client } = server;
  await client.call("project/update", { project: "app", active: true, review: { enabled: false } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model.close();
});

/** Starts an example as a person would, beside the running server. */
function start(name: string, ...args: string[]) {
  const file = path.join(import.meta.dirname, "../../../examples/client", `${name}.ts`);
  const env = { PATH: process.env["PATH"] ?? "", HARNESS_URL: server.url, HARNESS_TOKEN: server.token };
  return spawn(process.execPath, ["--no-warnings", file, ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Runs an example to its end and answers what it wrote. */
async function run(name: string, ...args: string[]): Promise<string> {
  const child = start(name, ...args);
  const [written, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(code).toBe(0);
  return written;
}

it("talk, follow and task do what they say, with a scripted agent [req:client.examples]", async () => {
  const talked = await run("talk", "app", "scribe", "Write it");
  expect(talked).toContain("wrote it\n");
  expect(talked).toContain("The turn completed.");
  expect(talked).toContain("+one");
  const [thread] = (await server.client.call("thread/list", {})).data;
  expect(await run("follow", thread?.id ?? "")).toBe("user message: Write it\nagent message: wrote it\n");
  await server.client.call("project/update", { project: "app", default_agent: "scribe" });
  expect(await run("task", "app", "Write it")).toMatch(/\ndone: harness\//);
}, 120_000);

it("approve answers by its list, with a scripted model [req:client.examples]", async () => {
  const approve = start("approve", "touch good.txt");
  try {
    const { client } = server;
    const approvals = { profile: "strict" as const };
    const { thread_id } = await client.call("thread/start", {
      project: "app",
      agent: "openai_api",
      approvals,
    });
    const { turn_id } = await client.call("turn/start", { thread_id, input: "make two" });
    for await (const { event } of client.stream("thread", { thread_id }))
      if (event.type === "turn.ended" && event.turn_id === turn_id) break;
    const { files } = await client.call("thread/diff", { thread_id });
    expect(files.map((file) => file.path)).toEqual(["good.txt"]);
  } finally {
    approve.kill("SIGKILL");
    await once(approve, "exit");
  }
}, 120_000);
