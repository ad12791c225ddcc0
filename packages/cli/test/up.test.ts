import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { approves, implementer, sumFiles } from "../../server/test/scenarios/world.ts";
import { makeRepository } from "../../server/test/support/git-fixture.ts";
import { type BackgroundMachine, backgroundMachine, kill, sessionOf, until } from "./support/background.ts";

/** Starts a server in the background and answers what `harness up --json` says. */
async function up(at: BackgroundMachine, ...flags: string[]) {
  const said = await at.json("up", "--port", "0", ...flags);
  expect(said).toMatchObject({ url: expect.any(String), pid: expect.any(Number) });
  return said as { url: string; login_url: string; pid: number; supervisor_pid: number; data_dir: string };
}

async function supervision(at: BackgroundMachine) {
  return (await at.json("status"))["supervision"] as {
    supervisor_pid: number | null;
    restarts: number;
    last_crash: { signal: string | null; lines: string[] } | null;
  };
}

/** The pid of the server once it is another one and can be asked. */
async function restarted(at: BackgroundMachine, before: number): Promise<number> {
  let pid = before;
  await until(async () => {
    const status = await at.json("status");
    if (typeof status["pid"] === "number") pid = status["pid"];
    return pid !== before;
  });
  return pid;
}

function logText(at: BackgroundMachine): string {
  return readdirSync(at.path("data", "logs"))
    .map((name) => readFileSync(at.path("data", "logs", name), "utf8"))
    .join("\n");
}

describe("harness up", () => {
  it("returns when the server accepts requests, which goes on in a session of its own until harness down [req:up.background, up.down]", async () => {
    await using at = backgroundMachine();
    const first = await up(at);
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    expect(sessionOf(first.pid)).toBe(first.supervisor_pid);
    expect(sessionOf(first.supervisor_pid)).not.toBe(sessionOf(process.pid));
    expect(statSync(at.path("data", "supervisor.json")).mode & 0o777).toBe(0o600);
    const again = await at.harness("up");
    expect(again).toMatchObject({ code: 0 });
    expect(again.out).toContain(`Harness already runs in the background at ${first.url}`);
    expect(again.out).toContain("harness down");
    expect(at.processes()).toHaveLength(2);
    expect(await at.harness("down")).toMatchObject({ code: 0, out: expect.stringContaining("Stopped.") });
    expect(at.processes()).toEqual([]);
    expect(await at.harness("down")).toMatchObject({ code: 0, out: expect.stringContaining("Nothing runs") });
  });

  it("hands out a login URL that works once, and neither it nor the token is in a log [req:up.logs-secret]", async () => {
    await using at = backgroundMachine();
    const { login_url } = await up(at);
    const token = readFileSync(at.path("data", "token"), "utf8").trim();
    expect((await fetch(login_url, { redirect: "manual" })).status).toBe(303);
    expect((await fetch(login_url, { redirect: "manual" })).status).toBe(401);
    await at.harness("down");
    const text = logText(at);
    expect(text).toContain("Harness is listening on");
    expect(text).not.toContain("code=");
    expect(text).not.toContain(token);
  });

  it("starts one supervisor however often it is called at once [req:up.one-supervisor]", async () => {
    await using at = backgroundMachine();
    const said = await Promise.all([1, 2, 3].map(() => at.harness("up", "--port", "0")));
    expect(said.map(({ code, err }) => `${code}${err}`)).toEqual(["0", "0", "0"]);
    expect(
      at
        .processes()
        .map(({ command }) => command)
        .sort(),
    ).toEqual(["serve", "supervise"]);
    await at.harness("down");
  });

  it("says why a server cannot start, tries it once and leaves nothing running [req:up.cannot-start]", async () => {
    await using at = backgroundMachine();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const ran = await at.harness("up", "--port", String(port));
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(`Cannot listen on 127.0.0.1 port ${port}`);
    await until(() => at.processes().length === 0);
    const status = await at.harness("status");
    expect(status.code).toBe(1);
    expect(status.err).toContain("could not start");
    const wrong = await at.harness("up", "--port", "many");
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("--port") });
    await new Promise((resolve) => taken.close(resolve));
  });

  it("is not started over a server at a terminal, which harness down stops [req:up.foreign]", async () => {
    await using at = backgroundMachine();
    const serve = at.start(at.dir, "serve", "--port", "0");
    await serve.said("Log in with a browser");
    const said = await at.harness("up");
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining("already runs at a terminal") });
    expect((await at.harness("status")).out).toContain("started at a terminal");
    expect((await at.harness("down")).code).toBe(0);
    expect((await serve.ended).code).toBe(0);
  });
});

describe("a server run by systemd", () => {
  it("prints no login code, is left alone by up, and down says how to stop it [req:up.foreign, up.logs-secret]", async () => {
    await using at = backgroundMachine({}, { HARNESS_RUN_BY: "systemd" });
    const serve = at.start(at.dir, "serve", "--port", "0");
    await serve.said("Harness is listening");
    const said = await at.harness("up");
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining("in the background under systemd") });
    const down = await at.harness("down");
    expect(down.code).toBe(2);
    expect(down.err).toContain("systemctl --user stop harness.service");
    expect((await at.harness("status")).out).toContain("supervised\tby systemd");
    serve.kill("SIGTERM");
    const ended = await serve.ended;
    expect(ended.code).toBe(0);
    expect(ended.err).not.toContain("code=");
  });
});

describe("a server in the background", () => {
  it("that is killed is started again with its flags, and status tells [req:up.restart, up.status]", async () => {
    await using at = backgroundMachine();
    const repo = makeRepository(at.path("repo"), sumFiles);
    const first = await up(at, "--project-root", repo);
    kill(first.pid, "SIGKILL");
    const second = await restarted(at, first.pid);
    expect((await at.harness("project", "list")).out).toContain(repo);
    expect(await supervision(at)).toMatchObject({
      supervisor_pid: first.supervisor_pid,
      restarts: 1,
      last_crash: { signal: "SIGKILL", exit_code: null, lines: [expect.stringContaining("listening")] },
    });
    const shown = (await at.harness("status")).out;
    expect(shown).toMatch(/supervised\tby process \d+/);
    expect(shown).toMatch(/last crash\tSIGKILL after \d+ s, /);
    expect(shown).toContain("harness-server.log");
    // The second pause is two seconds: what is asked in it is answered, and down ends it.
    kill(second, "SIGKILL");
    await until(() => at.processes().length === 1);
    const waiting = await at.harness("status");
    expect(waiting).toMatchObject({ code: 1, err: expect.stringContaining("it is started again at") });
    expect((await at.harness("down")).code).toBe(0);
    expect(at.processes()).toEqual([]);
    expect((await at.harness("status")).err).toContain("asked to stop");
  });

  it("that was stopped in order is not started again [req:up.clean-stop]", async () => {
    await using at = backgroundMachine();
    const { pid } = await up(at);
    kill(pid, "SIGTERM");
    await until(() => at.processes().length === 0);
    expect((await at.harness("status")).err).toContain("was stopped by itself");
  });

  it("whose supervisor is killed goes on, is seen, and is watched again by the next up [req:up.adopt]", async () => {
    await using at = backgroundMachine();
    const first = await up(at);
    kill(first.supervisor_pid, "SIGKILL");
    await until(() => at.processes().length === 1);
    expect((await supervision(at)).supervisor_pid).toBeNull();
    expect((await at.harness("status")).out).toContain("its supervisor has died");
    const second = await up(at);
    expect(second).toMatchObject({ url: first.url, pid: first.pid, already_running: true });
    expect(second.supervisor_pid).not.toBe(first.supervisor_pid);
    kill(first.pid, "SIGKILL");
    const third = await restarted(at, first.pid);
    expect(third).not.toBe(first.pid);
    expect((await at.harness("down")).code).toBe(0);
    expect(at.processes()).toEqual([]);
  });

  it("whose supervisor is killed is stopped by harness down [req:up.adopt]", async () => {
    await using at = backgroundMachine();
    const first = await up(at);
    kill(first.supervisor_pid, "SIGKILL");
    await until(() => at.processes().length === 1);
    expect(await at.harness("down")).toMatchObject({ code: 0, out: expect.stringContaining("Stopped.") });
    expect(at.processes()).toEqual([]);
    expect((await at.harness("status")).code).toBe(1);
  });

  it("that was ended with its supervisor from outside is started by the next up [req:up.adopt, up.status]", async () => {
    await using at = backgroundMachine();
    const first = await up(at);
    for (const { pid } of at.processes()) kill(pid, "SIGKILL");
    await until(() => at.processes().length === 0);
    const status = await at.harness("status");
    expect(status).toMatchObject({ code: 1, err: expect.stringContaining("ended from outside") });
    expect((await at.harness("down")).code).toBe(0);
    const second = await up(at);
    expect(second.pid).not.toBe(first.pid);
    expect((await at.harness("down")).code).toBe(0);
  });

  it("can be restarted with its flags [req:up.restart-command]", async () => {
    await using at = backgroundMachine();
    const repo = makeRepository(at.path("repo"), sumFiles);
    const none = await at.harness("restart");
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining("harness up") });
    const first = await up(at, "--project-root", repo);
    const said = await at.json("restart");
    expect(said["pid"]).not.toBe(first.pid);
    const status = await at.json("status");
    expect(status).toMatchObject({ pid: said["pid"], supervision: { restarts: 0, last_crash: null } });
    expect((await at.harness("project", "list")).out).toContain(repo);
    await at.harness("down");
    expect(at.processes()).toEqual([]);
  });
});

describe("harness down --now", () => {
  it("queues running work again at once, and the next up finishes it [req:up.down-now]", async () => {
    const halfway = implementer(
      `if (prompt.includes("interrupted")) write("sum.js", "module.exports = (a, b) => a + b;\\n");
       else { write("half.txt", "half"); say("begun"); setInterval(() => {}, 1000); }`,
    );
    // A drain outlasts this test, so whoever waits for it does not reach its end.
    const drain = { HARNESS_SERVER_DRAIN_TIMEOUT_SECS: "600" };
    await using at = backgroundMachine({ halfway, critic: approves }, drain);
    const repo = makeRepository(at.path("repo"), sumFiles);
    await up(at);
    await at.json("project", "add", repo, "--yes", "--validation", "node check.js");
    const { task_id } = await at.json("task", "submit", "Make sum add", "--agent", "halfway");
    await until(async () =>
      (await at.harness("task", "logs", String(task_id), "--json")).out.includes("begun"),
    );
    const down = await at.harness("down", "--now");
    expect(down).toMatchObject({ code: 0, err: expect.stringContaining("queued again") });
    expect(at.processes()).toEqual([]);
    await up(at);
    const ended = await at.harness("task", "watch", String(task_id));
    expect(ended.code, ended.out).toBe(0);
    await at.harness("down");
  });
});

describe("harness logs", () => {
  it("shows the newest lines of server and supervisor in order, and goes on with them [req:up.logs]", async () => {
    await using at = backgroundMachine();
    expect(await at.harness("logs")).toMatchObject({ code: 0, err: expect.stringContaining("no logs") });
    const { pid } = await up(at);
    const shown = (await at.harness("logs")).out.split("\n");
    const found = ["begins", `server ${pid} started`, "Harness is listening on"].map((text) =>
      shown.findIndex((line) => line.includes(text)),
    );
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(Math.min(...found)).toBeGreaterThanOrEqual(0);
    expect((await at.harness("logs", "-n", "1")).out.trim().split("\n")).toHaveLength(1);
    expect((await at.harness("logs", "-n", "0")).code).toBe(2);
    const follow = at.start(at.dir, "logs", "-f", "--json");
    writeFileSync(at.path("data", "logs", "harness-serve-1.log"), `{"level":40,"msg":"new \\u001b[2J"}\n`);
    await until(() => follow.output().includes("warn: new"));
    follow.kill("SIGINT");
    expect((await follow.ended).code).toBe(0);
    await at.harness("down");
  });
});
