import { appendFileSync } from "node:fs";
import path from "node:path";
import { methods, type RequestPermissionRequest, type SessionUpdate } from "@agentclientprotocol/sdk";
import { describe, expect, it } from "vitest";
import { approves, implementer, sumFiles } from "../../server/test/scenarios/world.ts";
import { makeRepository, userGit } from "../../server/test/support/git-fixture.ts";
import { editor } from "./support/editor.ts";
import { type Machine, machine } from "./support/installed.ts";

const FAKE = path.join(import.meta.dirname, "../../server/test/fixtures/fake-acp-agent.mjs");

const checked = {
  ...sumFiles,
  "package.json": JSON.stringify({ name: "sum", scripts: { test: "node check.js" } }),
  "package-lock.json": JSON.stringify({ name: "sum", lockfileVersion: 3, packages: { "": { name: "sum" } } }),
};
const adds = implementer(
  `write("sum.js", "module.exports = (a, b) => a + b;\\n"); write("asked.txt", prompt); say("It adds now.");`,
);
const hangs = implementer(`write("started", "yes"); setInterval(() => {}, 1000);`);
const work = ["--agent", "writer", "--reviewer", "critic"];

async function registered(at: Machine, files: Record<string, string> = checked): Promise<string> {
  const repo = makeRepository(at.path("repo"), files);
  const added = await at.run(repo, "project", "add", "--yes");
  if (added.code !== 0) throw new Error(added.err);
  return repo;
}

async function serving(at: Machine) {
  const server = at.start(at.dir, "serve", "--port", "0");
  await server.said(/Harness is listening on (\S+)/);
  return server;
}

describe("harness acp", () => {
  it("makes a task of a prompt, and shows its stages, evidence and end [req:acp.agent]", async () => {
    await using at = machine({ writer: adds, critic: approves });
    await serving(at);
    const repo = await registered(at);
    await using e = await editor(at, work);
    const session = await e.open(repo);
    const answer = await e.prompt(session, "Make sum add");
    expect(answer.stopReason).toBe("end_turn");
    expect(answer._meta).toMatchObject({ harness: { status: "done" } });
    const plan = e.shown.findLast((update) => update.sessionUpdate === "plan");
    expect(entriesOf(plan)).toEqual(
      expect.arrayContaining([
        "implement completed",
        "validate completed",
        "review completed",
        "publish completed",
      ]),
    );
    const evidence = e.shown.find(
      (update) => update.sessionUpdate === "tool_call" && /npm/.test(update.title),
    );
    expect(evidence).toMatchObject({
      status: "completed",
      rawOutput: { exit_code: 0, trust: "verified" },
    });
    expect(e.said()).toContain("It adds now.");
    expect(e.said()).toContain("Review by critic: approved");
    const branch = /Branch: `([^`]+)`/.exec(e.said())?.[1] ?? "";
    expect(userGit(repo, "branch", "--list", branch)).toContain(branch);
    expect(e.said()).toMatch(/Validation: passed\nReview: approved[\s\S]*Usage: .*cost unknown/);

    const revised = await e.prompt(session, "And say why");
    expect(revised._meta).toMatchObject({ harness: { branch } });
    const tasks: unknown = JSON.parse((await at.run(repo, "task", "list", "--json")).out);
    expect(tasks).toMatchObject({ data: [{ revisions: 1, source: "acp" }] });

    await using later = await editor(at, work);
    await later.agent.request(methods.agent.session.load, { sessionId: session, cwd: repo, mcpServers: [] });
    expect(later.said()).toContain("Make sum add");
    expect(later.said()).toContain("Review by critic: approved");
    const unknown = { sessionId: "nobody", cwd: repo, mcpServers: [] };
    await expect(later.agent.request(methods.agent.session.load, unknown)).rejects.toMatchObject({
      code: -32002,
    });
  });

  it("serves by itself when no server runs, and registers a repository where it may [req:acp.agent]", async () => {
    await using at = machine({ writer: adds, critic: approves });
    const repo = makeRepository(at.path("repo"), checked);
    {
      await using e = await editor(at, work);
      await expect(e.open(at.dir)).rejects.toThrow(/not in a git repository/);
      await expect(e.open(repo)).rejects.toThrow(/harness project add/);
    }
    await using e = await editor(at, [...work, "--register"]);
    const answer = await e.prompt(await e.open(repo), "Make sum add");
    expect(answer._meta).toMatchObject({ harness: { status: "done" } });
  });

  it("says why a task waits, and which commands end it [req:acp.agent]", async () => {
    await using at = machine({ writer: adds });
    const server = await serving(at);
    const repo = await registered(at, sumFiles);
    await using e = await editor(at, ["--agent", "writer"]);
    const answer = await e.prompt(await e.open(repo), "Make sum add");
    expect(answer.stopReason).toBe("end_turn");
    expect(answer._meta).toMatchObject({ harness: { status: "waiting" } });
    expect(e.said()).toMatch(/The task waits: .*\(no_validation\)[\s\S]*- `harness task /);
    server.kill("SIGTERM");
  });

  it("takes words for an agent that works, and cancels the task when the editor does [req:acp.agent]", async () => {
    await using at = machine({ writer: hangs });
    await serving(at);
    const repo = await registered(at);
    await using e = await editor(at, ["--agent", "writer"]);
    const session = await e.open(repo);
    const prompted = e.prompt(session, "Wait");
    await e.sees((update) => entriesOf(update).includes("implement in_progress"));
    await e.sees((update) => update.sessionUpdate === "agent_thought_chunk");
    expect(await e.prompt(session, "Say what for, too")).toMatchObject({ stopReason: "end_turn" });
    expect(e.said()).toContain("will be told with its next turn");
    await e.agent.notify(methods.agent.session.cancel, { sessionId: session });
    expect(await prompted).toMatchObject({
      stopReason: "cancelled",
      _meta: { harness: { status: "cancelled" } },
    });
  });

  it("puts the questions of an agent before the person at the editor [req:acp.agent]", async () => {
    await using at = machine({ critic: approves });
    const fake = [
      "[agents.acp.fake]",
      `argv = [${JSON.stringify(FAKE)}]`,
      `readable = [${JSON.stringify(path.dirname(FAKE))}]`,
    ];
    appendFileSync(at.env["HARNESS_CONFIG"] ?? "", `\n${fake.join("\n")}\n`);
    await serving(at);
    const repo = await registered(at, { ...checked, "fixed.js": "module.exports = (a, b) => a + b;\n" });
    const asked: RequestPermissionRequest[] = [];
    await using e = await editor(
      at,
      ["--agent", "fake", "--reviewer", "critic", "--approvals", "strict"],
      async (request) => {
        asked.push(request);
        const optionId = asked.length === 1 ? "deny" : "once";
        return { outcome: { outcome: "selected", optionId } };
      },
    );
    const creates = (command: string, ...args: string[]) =>
      `ask ${JSON.stringify({ method: "terminal/create", params: { command, args } })}`;
    const prompt = [
      creates("rm", "fixed.js"),
      creates("cp", "fixed.js", "sum.js"),
      `ask ${JSON.stringify({ method: "terminal/wait_for_exit", params: { terminalId: "terminal-1" } })}`,
    ];
    const answer = await e.prompt(await e.open(repo), prompt.join("\n"));
    expect(answer._meta).toMatchObject({ harness: { status: "done" } });
    expect(asked.map(({ toolCall }) => toolCall.title)).toEqual(["rm fixed.js", "cp fixed.js sum.js"]);
    expect(asked[0]?.toolCall).toMatchObject({ kind: "execute", status: "pending" });
    expect(e.said()).toContain("Refused: Denied in the editor.");
  });
});

function entriesOf(update: SessionUpdate | undefined): string[] {
  return update?.sessionUpdate === "plan"
    ? update.entries.map(({ content, status }) => `${content} ${status}`)
    : [];
}
