import path from "node:path";
import { HarnessClient } from "@harness/client";
import { type OperationName, operations, parseRoute } from "@harness/protocol";
import { expect, it } from "vitest";
import { Credentials } from "../../src/access/index.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp } from "../support/test-app.ts";
import { testServer } from "../support/test-server.ts";

/**
 * An agent that tries all it can with what it was given; what it learns is in its work, backwards, so that nothing
 * hides it. A scripted program, no agent of a vendor.
 */
const talker = `
const fs = require("node:fs");
const prompt = fs.readFileSync(0, "utf8");
const { routes, look } = JSON.parse(/<<(.*)>>/.exec(prompt)[1]);
const { HARNESS_TASK_TOKEN: token, HARNESS_TASK_URL: url } = process.env;
const seen = { token: token ?? null, files: {}, routes: {}, mine: [] };
const call = (method, at, body, headers = {}) => fetch(url + at, {
  method,
  headers: { authorization: "Bearer " + token, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});
const json = async (answer) => [answer.status, answer.status === 204 ? null : await answer.json().catch(() => null)];
(async () => {
  for (const file of look) try { seen.files[file] = fs.readFileSync(file, "utf8"); } catch (error) { seen.files[file] = error.code; }
  if (token !== undefined) {
    seen.mine.push(await json(await call("GET", "/own-task")));
    seen.mine.push(await json(await call("POST", "/own-task/reports", { text: "half of it is done" })));
    for (let answer = null; answer === null; ) {
      const [status, body] = await json(await call("POST", "/own-task/questions", { question: "Left or right?", options: ["left", "right"], wait_secs: 50 }));
      if (status !== 200) { seen.mine.push([status, body]); break; }
      answer = body.answer;
      if (answer !== null) seen.mine.push([status, body]);
    }
    for (const [method, at] of routes) {
      const answer = await call(method, at, method === "GET" || method === "DELETE" ? undefined : {});
      seen.routes[method + " " + at] = answer.status;
      await answer.body?.cancel();
    }
    const rpc = { jsonrpc: "2.0", id: 1, method: "approval/respond", params: { approval_id: "apr_x", decision: "allow" } };
    seen.rpc = await json(await call("POST", "/rpc", rpc));
    seen.own_rpc = await json(await call("POST", "/rpc", { ...rpc, method: "own_task/get", params: {} }));
    const accept = { accept: "application/json, text/event-stream" };
    const hello = { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "agent", version: "1" } } };
    const begun = await call("POST", "/mcp", hello, accept);
    const session = { ...accept, "mcp-session-id": begun.headers.get("mcp-session-id") };
    await begun.text();
    const mcp = async (id, method, params) => (await call("POST", "/mcp", { jsonrpc: "2.0", id, method, params }, session)).text();
    await call("POST", "/mcp", { jsonrpc: "2.0", method: "notifications/initialized" }, session);
    seen.tools = await mcp(2, "tools/list", {});
    seen.approve = await mcp(3, "tools/call", { name: "approval_respond", arguments: { approval_id: "apr_x", decision: "allow" } });
    seen.by_tool = await mcp(4, "tools/call", { name: "own_task_get", arguments: {} });
    seen.resources = await mcp(5, "resources/read", { uri: "harness://tasks" });
  }
  fs.writeFileSync("seen.json", [...JSON.stringify(seen)].reverse().join(""));
  console.log("talked");
})().catch((error) => { console.error(error); process.exit(1); });
`;

interface Seen {
  token: string | null;
  files: Record<string, string>;
  routes: Record<string, number>;
  mine: [number, Record<string, unknown> | null][];
  rpc: [number, { error: { code: number; message: string } }];
  own_rpc: [number, { error: { message: string } }];
  tools: string;
  approve: string;
  by_tool: string;
  resources: string;
}

function seenBy(root: string, branch: string): Seen {
  const text = userGit(root, "show", `${branch}:seen.json`);
  return JSON.parse([...text.trim()].reverse().join(""));
}

it("an agent in the sandbox reads its task, reports and asks with its own token, and can do nothing else: not approve, cancel, configure or see another task [req:secrets.broker, safety.c10]", async () => {
  await using server = await testServer({
    agents: { talker: { source: talker } },
    config: '[agents]\ntalk_back = ["talker"]\n[agents.review]\nenabled = false',
  });
  const root = makeRepository(path.join(server.dir, "talk"), { "a.txt": "a\n" });
  await server.client.call("project/create", { root, id: "talk", validation: "none" });
  const other = await server.submit({ prompt: "a task of somebody else" });
  const routes = Object.entries(operations)
    .filter(([name, row]) => row.scope !== "open" && !name.startsWith("own_task/"))
    .flatMap(([, row]): readonly string[] => row.http)
    .map((route) => parseRoute(route as Parameters<typeof parseRoute>[0]))
    .map(({ method, path: at }) => [method, at.replace("{task_id}", other).replaceAll(/\{\w+\}/g, "x")]);
  const streams = ["/events", `/tasks/${other}/stream`].map((at) => ["GET", at]);
  const look = [path.join(server.dataDir, "token"), path.join(server.dataDir, "server.json")];
  const { task_id } = await server.client.call("task/create", {
    project: "talk",
    agent: "talker",
    prompt: `Talk. <<${JSON.stringify({ routes: [...routes, ...streams], look })}>>`,
  });
  const asked = await waitFor(async () =>
    (await server.client.call("approval/list", { status: "pending" })).data.find(
      (one) => one.task_id === task_id,
    ),
  );
  expect(asked).toMatchObject({ kind: "question", agent: "talker" });
  await server.client.call("approval/respond", {
    approval_id: asked.id,
    decision: "answer",
    answers: { answer: "left" },
  });
  const task = await waitFor(async () => {
    const now = await server.client.call("task/get", { task_id });
    return ["done", "failed", "waiting"].includes(now.status) ? now : undefined;
  });
  expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");

  const seen = seenBy(root, task.branch!);
  expect(seen.mine).toMatchObject([
    [200, { task_id, status: "implementing", stage: "implement" }],
    [204, null],
    [200, { answer: "left" }],
  ]);
  expect(Object.keys(seen.routes).length).toBeGreaterThan(80);
  expect(Object.entries(seen.routes).filter(([, status]) => status !== 403)).toEqual([]);
  expect(seen.rpc).toMatchObject([
    200,
    { error: { message: expect.stringContaining("needs the scope operate") } },
  ]);
  expect(seen.own_rpc[1].error.message).toContain("The turn of this token is not running");
  const tools = [...seen.tools.matchAll(/"name":"(\w+)"/g)].map((match) => match[1]);
  expect(tools.sort()).toEqual(["own_task_ask", "own_task_get", "own_task_report"]);
  expect(seen.approve).toContain("forbidden");
  expect(seen.approve).not.toContain('"structuredContent"');
  expect(seen.by_tool).toContain(task_id);
  expect(seen.resources).not.toContain(other);
  for (const file of look) expect(seen.files[file], file).toMatch(/^(ENOENT|EACCES)$/);

  // Its turn is over, and so is its token.
  const late = new HarnessClient({ url: server.url, token: seen.token! });
  await expect(late.call("own_task/get", {})).rejects.toMatchObject({ code: "unauthorized" });
  expect(server.logs()).not.toContain(seen.token);
  const said = await server.client.call("event/query", { task_id });
  expect(JSON.stringify(said)).toContain("half of it is done");
  expect(JSON.stringify(said)).not.toContain(seen.token);
});

it.each([
  ["is not listed", ""],
  ["has no network", '[agents]\ntalk_back = ["talker"]\n[sandbox]\nagent_network = "none"'],
])("an agent that %s gets no token [req:secrets.broker]", async (_why, config) => {
  await using server = await testServer({
    agents: { talker: { source: talker } },
    config: `${config}\n[agents.review]\nenabled = false`,
  });
  const root = makeRepository(path.join(server.dir, "talk"), { "a.txt": "a\n" });
  await server.client.call("project/create", { root, id: "talk", validation: "none" });
  const prompt = `Talk. <<${JSON.stringify({ routes: [], look: [] })}>>`;
  const { task_id } = await server.client.call("task/create", { project: "talk", agent: "talker", prompt });
  const task = await waitFor(async () => {
    const now = await server.client.call("task/get", { task_id });
    return ["done", "failed", "waiting"].includes(now.status) ? now : undefined;
  });
  expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
  expect(seenBy(root, task.branch!).token).toBeNull();
});

it("a lent token ends when it is taken back, and is unknown to the next server [req:secrets.broker]", async () => {
  await using app = await testApp({ start: false });
  const { credentials } = app.app;
  const lent = credentials.lend("turn_1", "agent:a");
  const held = credentials.find(lent.token);
  expect([...held!.scopes]).toEqual(["open", "task"]);
  expect(held).toMatchObject({ turn_id: "turn_1", actor: "agent:a" });
  const next = await Credentials.open(app.app);
  expect(next.find(lent.token)).toBeUndefined();
  next.close();
  lent[Symbol.dispose]();
  expect(credentials.find(lent.token)).toBeUndefined();
  expect(held!.over.aborted).toBe(true);
});

it("no operation but those of its own task is for the token of an agent [req:secrets.broker]", () => {
  const names = (Object.keys(operations) as OperationName[]).filter(
    (name) => operations[name].scope === "task",
  );
  expect(names.sort()).toEqual(["own_task/ask", "own_task/get", "own_task/report"]);
});

async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
