import { once } from "node:events";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { implementer, type World, world } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { testDir } from "../support/test-app.ts";
import { program } from "./support.ts";

/** Whom the server on loopback was asked by, each agent under its own name. */
const seen = new Set<string>();
let server: Server;
let url = "";
let host = "";
beforeAll(async () => {
  server = createServer((asked, response) => {
    seen.add(asked.url ?? "");
    response.end("here");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  url = `http://${host}`;
});
afterAll(() => server.close());
beforeEach(() => seen.clear());

const asks = (name: string, then = "") =>
  `fetch("${url}/${name}").then((a) => a.text(), () => "cut off").then((text) => { ${then} });`;
const reports = (name: string) => implementer(asks(name, `write("seen.txt", text); say(text);`));

async function said(w: World, agent: string): Promise<string | undefined> {
  const task = await w.run({ agent });
  expect(task.sandbox?.network, JSON.stringify(task.error ?? task.block_reason)).toBe("listed");
  const all = await w.call("task/artifacts", { task_id: task.id });
  return all.find((one) => one.artifact_type === "implementer_message")?.content;
}

it("agents.claude.allowed_hosts, agents.codex.allowed_hosts, agents.acp, agents.command: each agent reaches its own hosts, and no other's [req:network.by-agent]", async () => {
  const dir = testDir("hosts");
  // Programs in the place of the vendors' own: they ask, and that is all.
  const stands = (name: string) => JSON.stringify(program(dir, name, asks(name)));
  await using w = await world({
    dir,
    agents: { bounded: reports("bounded") },
    config: [
      "[agents.review]\nenabled = false",
      `[agents.claude]\ncli_path = ${stands("claude")}\nallowed_hosts = ["${host}"]`,
      `[agents.codex]\ncli_path = ${stands("codex")}\nmode = "exec"\nallowed_hosts = ["${host}"]`,
      `[agents.acp.speaker]\nargv = [${stands("speaker")}]\nallowed_hosts = ["${host}"]`,
      `[agents.command.listed]\nargv = [${JSON.stringify(process.execPath)}, "-e", ${JSON.stringify(asks("listed"))}]\nallowed_hosts = ["${host}"]`,
    ].join("\n"),
    project: { validation: "none" },
  });
  for (const agent of ["claude", "codex", "speaker", "listed"]) await w.run({ agent });
  expect(await said(w, "bounded")).toBe("cut off");
  expect([...seen].sort()).toEqual(["/claude", "/codex", "/listed", "/speaker"]);
});

it("projects: the hosts of one project are reached by the agents in it [req:network.by-project]", async () => {
  const dir = testDir("hosts");
  const [root, other] = ["repo", "other"].map((name) => makeRepository(path.join(dir, name), { a: "a" }));
  await using w = await world({
    dir,
    agents: { writer: reports("writer") },
    config: [
      "[agents.review]\nenabled = false",
      `[[projects]]\nname = "app"\nroot = ${JSON.stringify(root)}\ndefault = true\nvalidation = "none"\nallowed_hosts = ["${host}"]`,
      `[[projects]]\nname = "other"\nroot = ${JSON.stringify(other)}\nvalidation = "none"`,
    ].join("\n"),
  });
  expect(await said(w, "writer")).toBe("here");
  const elsewhere = await w.run({ project: "other" });
  const all = await w.call("task/artifacts", { task_id: elsewhere.id });
  expect(all.find((one) => one.artifact_type === "implementer_message")?.content).toBe("cut off");
});

it("a project's own file lists hosts, which count once a person approved it [req:network.by-project]", async () => {
  await using w = await world({
    agents: { writer: reports("writer") },
    config: "[agents.review]\nenabled = false",
    files: { a: "a", ".harness/config.toml": `validation = "none"\n[agent]\nallowed_hosts = ["${host}"]\n` },
    project: { validation: "none" },
  });
  const { file, settings } = await w.call("project/get", { project: "app" });
  expect(settings.allowed_hosts).toEqual([]);
  expect(await w.run()).toMatchObject({ status: "waiting", block_reason: { code: "config_unapproved" } });
  expect(seen.size).toBe(0);
  await w.call("project/approve_file", { project: "app", sha256: file.sha256! });
  expect(await said(w, "writer")).toBe("here");
});

it.each([
  ["", "agents reach the hosts of their model", null],
  ['agent_network = "full"', "agents reach everything this machine does", "listed"],
  ['driver = "none"', "agents reach everything this machine does", "listed"],
])("the doctor says what agents reach: %s [req:network.doctor]", async (setting, detail, fix) => {
  await using w = await world({ agents: {}, config: `[sandbox]\n${setting}` });
  const { checks } = await w.call("server/doctor", {});
  const found = checks.find(({ name }) => name === "network");
  expect(found?.detail).toContain(detail);
  expect(found?.fix ?? null).toEqual(fix === null ? null : expect.stringContaining(fix));
});

it("project/update sets the hosts of a project, in the grammar of the configuration [req:network.by-project]", async () => {
  await using w = await world({ agents: {} });
  const allowed_hosts = ["packages.example.com", "10.0.0.5:8080"];
  const { settings } = await w.call("project/update", { project: "app", allowed_hosts });
  expect(settings.allowed_hosts).toEqual(allowed_hosts);
  for (const wrong of ["*.example.com", "https://a.example", "a b"])
    await expect(w.call("project/update", { project: "app", allowed_hosts: [wrong] })).rejects.toMatchObject({
      code: "invalid_params",
    });
});
