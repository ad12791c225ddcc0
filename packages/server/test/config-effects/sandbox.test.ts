import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { implementer, world } from "../scenarios/world.ts";

let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((_, response) => response.end("here")).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => server.close());

it.each([
  ["none", "full"],
  ["full", "none"],
])(
  "sandbox.agent_network, sandbox.command_network: agents have %s and validation has %s",
  async (agents, commands) => {
    const asks = (then: string) =>
      `fetch("${url}").then((a) => a.text(), () => "cut off").then((text) => { ${then} });`;
    await using w = await world({
      agents: { writer: implementer(asks(`write("seen.txt", text); say(text);`)) },
      config: `[agents.review]\nenabled = false\n[sandbox]\nagent_network = "${agents}"\ncommand_network = "${commands}"`,
      project: { validation: [{ name: "asks", argv: [process.execPath, "-e", asks("console.log(text)")] }] },
    });
    const task = await w.run();
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.sandbox?.network).toBe(agents);
    const words: Record<string, string> = { full: "here", none: "cut off" };
    const said = await w.call("task/artifacts", { task_id: task.id });
    expect(said.find((one) => one.artifact_type === "implementer_message")?.content).toBe(words[agents]);
    expect(task.evidence_history[0]?.output.trim()).toBe(words[commands]);
  },
);

it("sandbox.profile, sandbox.max_profile: the first is what agents get, the second the most they may ask for", async () => {
  await using w = await world({
    agents: {
      writer: implementer(`try { write("seen.txt", "x"); say("wrote"); } catch { say("could not"); }`),
    },
    config: '[agents.review]\nenabled = false\n[sandbox]\nprofile = "read-only"\nmax_profile = "workspace"',
  });
  const task = await w.run();
  expect(task).toMatchObject({ status: "no_change", sandbox: { profile: "read-only" } });
  await expect(w.call("task/create", { prompt: "x", sandbox: "networked_workspace" })).rejects.toMatchObject({
    code: "sandbox_not_allowed",
  });
  expect((await w.run({ sandbox: "workspace-write" })).sandbox?.profile).toBe("workspace-write");
});

it("sandbox.protected_paths: an agent can change what the operator left out, and is told of the rest", async () => {
  const tries = `for (const file of [".mcp.json", "opencode.json"]) try { write(file, "x"); say("wrote " + file); } catch (error) { say(error.code); }
    say(prompt.includes("Read-only here, and not to be created: .mcp.json."));`;
  await using w = await world({
    agents: { writer: implementer(tries) },
    config: '[agents.review]\nenabled = false\n[sandbox]\nprotected_paths = [".mcp.json"]',
    project: { validation: "none" },
  });
  const task = await w.run();
  const said = await w.call("task/artifacts", { task_id: task.id });
  expect(said.find((one) => one.artifact_type === "implementer_message")?.content).toBe(
    "EROFS\nwrote opencode.json\ntrue",
  );
  expect(task.changes?.files).toBe(1);
});

it("sandbox.allowed_hosts: unless told otherwise an agent reaches these, and each other host is an event [req:network.default]", async () => {
  const asks = `Promise.all([fetch("${url}").then((a) => a.text(), (e) => String(e.cause)), fetch("http://other.example/").then((a) => a.text(), () => "cut off")])
    .then((all) => { write("seen.txt", "x"); say(all.join(", ")); });`;
  await using w = await world({
    agents: { writer: implementer(asks) },
    config: `[agents.review]\nenabled = false\n[sandbox]\nallowed_hosts = ["${url.replace("http://", "")}"]`,
    project: { validation: "none" },
  });
  const task = await w.run();
  expect(task.sandbox?.network).toBe("listed");
  const said = await w.call("task/artifacts", { task_id: task.id });
  expect(said.find((one) => one.artifact_type === "implementer_message")?.content).toBe("here, cut off");
  const refused = await w.event((event) => event.type === "network.refused");
  expect(refused).toMatchObject({ task_id: task.id, data: { host: "other.example:80", agent: "writer" } });
});
