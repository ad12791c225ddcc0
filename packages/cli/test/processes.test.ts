import { existsSync, readFileSync, statSync } from "node:fs";
import { TaskDetail } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { approves, implementer, sumFiles, writesSum } from "../../server/test/scenarios/world.ts";
import { makeRepository, userGit } from "../../server/test/support/git-fixture.ts";
import { type Machine, machine } from "./support/installed.ts";

const files = {
  ...sumFiles,
  "package.json": JSON.stringify({ name: "sum", scripts: { test: "node check.js" } }),
  "package-lock.json": JSON.stringify({ name: "sum", lockfileVersion: 3, packages: { "": { name: "sum" } } }),
};
const hangs = implementer(`write("started", "yes"); setInterval(() => {}, 1000);`);
const idle = implementer(`say("nothing to do");`);

function agents(more: Parameters<typeof machine>[0] = {}) {
  return { writer: writesSum, critic: approves, ...more };
}

function repository(at: Machine, name = "repo"): string {
  return makeRepository(at.path(name), files);
}

/** A server on the machine, listening. */
async function serving(at: Machine) {
  const server = at.start(at.dir, "serve", "--port", "0");
  const url = await server.said(/Harness is listening on (\S+)/);
  await server.said("Log in with a browser");
  return { server, url };
}

describe("harness exec", () => {
  it("takes a task to a branch without a server, after a yes [req:cli.exec]", async () => {
    await using at = machine(agents());
    const repo = repository(at);
    const refused = await at.run(repo, "exec", "Make sum add");
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("--yes");
    const ran = await at.run(
      repo,
      "exec",
      "--yes",
      "--json",
      "--agent",
      "writer",
      "--reviewer",
      "critic",
      "Make sum add",
    );
    expect(ran.err).toContain("served by this command");
    expect(ran.err).toContain("▸ validate");
    const task = TaskDetail.parse(JSON.parse(ran.out));
    expect(task).toMatchObject({
      status: "done",
      evidence: { state: "passed" },
      review: { state: "approved" },
    });
    expect(ran.code).toBe(0);
    expect(userGit(repo, "branch", "--list", task.branch ?? "")).toContain(task.branch);
    expect(userGit(repo, "status", "--porcelain")).toBe("");
    expect(existsSync(at.path("data", "server.json"))).toBe(false);
  });

  it("uses the running server, and its exit code tells the outcome [req:cli.exec-server, cli.exec]", async () => {
    await using at = machine(agents({ idle }));
    const repo = repository(at);
    const { server } = await serving(at);
    const ran = await at.run(repo, "exec", "--yes", "--agent", "idle", "Look around");
    expect(ran.err).not.toContain("served by this command");
    expect(ran.out).toContain("status\tno_change");
    expect(ran.code).toBe(3);
    const listed = await at.run(repo, "task", "list");
    expect(listed.out.split("\t")[1]).toBe("no_change");
    server.kill("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });

  it("ends with 4 when only a person can make the task go on [req:cli.exec]", async () => {
    await using at = machine({ writer: writesSum });
    const repo = makeRepository(at.path("repo"), sumFiles);
    const ran = await at.run(repo, "exec", "--yes", "--agent", "writer", "Make sum add");
    expect(ran.out).toContain("because\tno_validation");
    expect(ran.err).toContain("Start the server to go on: harness serve");
    expect(ran.code).toBe(4);
  });

  it("cancels the task at Ctrl-C [req:cli.exec-cancel]", async () => {
    await using at = machine(agents({ hangs }));
    const repo = repository(at);
    const run = at.start(repo, "exec", "--yes", "--agent", "hangs", "Wait");
    await run.said("implementer: hangs");
    run.kill("SIGINT");
    const ran = await run.ended;
    expect(ran.err).toContain("Cancelling the task. Once more to leave at once.");
    expect(ran.out).toContain("status\tcancelled");
    expect(ran.code).toBe(130);
  });

  it("leaves at once at the second Ctrl-C [req:cli.exec-cancel]", async () => {
    await using at = machine(agents({ hangs }));
    const repo = repository(at);
    const { server } = await serving(at);
    const run = at.start(repo, "exec", "--yes", "--agent", "hangs", "Wait");
    await run.said("implementer: hangs");
    run.kill("SIGINT");
    await run.said("Cancelling the task");
    run.kill("SIGINT");
    expect(await run.ended).toMatchObject({ code: 130, out: "" });
    server.kill("SIGTERM");
    await server.ended;
  });
});

describe("harness serve", () => {
  it("says where it listens, can be found, and stops at SIGTERM [req:cli.serve, cli.doctor, cli.token]", async () => {
    await using at = machine();
    const { server, url } = await serving(at);
    const file = at.path("data", "server.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const written: unknown = JSON.parse(readFileSync(file, "utf8"));
    expect(written).toMatchObject({ url, pid: server.pid });
    const status = await at.run(at.dir, "status", "--json");
    const shown: unknown = JSON.parse(status.out);
    expect(shown).toMatchObject({ pid: server.pid, draining: false });
    const doctor = await at.run(at.dir, "doctor", "--json");
    const found: unknown = JSON.parse(doctor.out);
    expect(found).toMatchObject({ checks: expect.any(Array), agents: expect.any(Array) });
    const token = (await at.run(at.dir, "token")).out.trim();
    const answer = await fetch(`${url}/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    const login = (await at.run(at.dir, "login")).out.trim();
    expect((await fetch(login, { redirect: "manual" })).headers.get("set-cookie")).toContain("HttpOnly");
    expect((await fetch(login, { redirect: "manual" })).status).toBe(401);
    server.kill("SIGTERM");
    const ended = await server.ended;
    expect(ended.code).toBe(0);
    expect(ended.out).toBe("");
    expect(ended.err).not.toContain(token);
    expect(existsSync(file)).toBe(false);
  });

  it("refuses a data directory another server owns, in one line [req:cli.errors]", async () => {
    await using at = machine();
    const { server } = await serving(at);
    const second = await at.run(at.dir, "serve", "--port", "0");
    expect(second.code).toBe(2);
    expect(second.err).toContain("(data_dir_locked)");
    expect(second.err).not.toMatch(/\n\s+at /);
    server.kill("SIGTERM");
    await server.ended;
  });

  it("refuses a flag it does not know [req:cli.serve-flags]", async () => {
    await using at = machine();
    expect(await at.run(at.dir, "serve", "--prot", "1")).toMatchObject({ code: 2 });
    const wrong = await at.run(at.dir, "serve", "--port", "many");
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("--port");
  });
});

describe("harness init and doctor", () => {
  it("work without a server; init never overwrites [req:cli.init, cli.doctor]", async () => {
    await using at = machine();
    const repo = repository(at);
    const first = await at.run(repo, "init");
    expect(first.code).toBe(0);
    const file = at.path("repo", ".harness", "config.toml");
    const text = readFileSync(file, "utf8");
    expect(text).toContain('["npm", "test"]');
    const second = await at.run(repo, "init");
    expect(second.code).toBe(2);
    expect(second.err).toContain("exists; it is not touched");
    expect(readFileSync(file, "utf8")).toBe(text);
    const doctor = await at.run(repo, "doctor", "--json");
    const found: unknown = JSON.parse(doctor.out);
    expect(found).toMatchObject({ checks: expect.any(Array), agents: expect.any(Array) });
    const { ok } = found as { ok: boolean };
    expect(doctor.code).toBe(ok ? 0 : 1);
  });
});
