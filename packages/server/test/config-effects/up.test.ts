import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approves, implementer, world, writesSum } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { manualClock } from "../support/manual-clock.ts";
import { startServerProcess } from "../support/server-process.ts";
import { testApp, testDir } from "../support/test-app.ts";
import { program } from "./support.ts";

const HOUR = 3_600_000;

/** Stands in for the program of the machine: it writes down its pid and holds on until its input ends. */
const inhibitor = (marker: string) => `
  require("node:fs").writeFileSync(${JSON.stringify(marker)}, process.pid + " " + process.argv.slice(2).join(" "));
  process.stdin.resume().on("end", () => process.exit(0));`;
const refuses = 'console.error("Failed to inhibit: Access denied"); process.exit(1);';

describe("a server with work for the night", () => {
  let dir = "";
  beforeEach(() => {
    dir = testDir("awake");
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const name = process.platform === "darwin" ? "caffeinate" : "systemd-inhibit";
  const marker = () => path.join(dir, "held");
  /** A search path with the program first. */
  function withProgram(source: string, more: Record<string, string> = {}): Record<string, string> {
    const file = program(dir, name, source);
    const search = [path.dirname(file), process.env["PATH"]].join(path.delimiter);
    return { PATH: search, HARNESS_UP_KEEP_AWAKE: "true", ...more };
  }
  const alive = (pid: number) => existsSync(`/proc/${pid}`);
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it("up.keep_awake: the machine is kept awake while an attempt runs, and not before [req:up.keep-awake, up.keep-awake-ends]", async () => {
    const begun = implementer(`say("begun"); setInterval(() => {}, 1000);`);
    const w = await world({ dir, agents: { writer: begun }, env: withProgram(inhibitor(marker())) });
    const status = async () => (await w.call("server/status", {})).keep_awake;
    expect(await status()).toEqual({ state: "idle", by: name, problem: null });
    expect(existsSync(marker())).toBe(false);
    const task_id = await w.submit();
    await w.event((event) => event.type === "message.delta");
    await until(() => existsSync(marker()) && readFileSync(marker(), "utf8") !== "");
    expect(await status()).toEqual({ state: "held", by: name, problem: null });
    const [pid = "", ...words] = readFileSync(marker(), "utf8").split(" ");
    expect(words.join(" ")).toMatch(/(--what=idle:sleep .*|-i) ?cat$/);
    await w.call("task/cancel", { task_id });
    await w[Symbol.asyncDispose]();
    expect(alive(Number(pid))).toBe(false);
  });

  it("stays awake for work that goes on by itself within the night, and lets go when nothing is due [req:up.keep-awake-waits]", async () => {
    const clock = manualClock("2026-01-01T22:00:00Z");
    await using w = await world({
      dir,
      clock,
      agents: { writer: implementer(""), critic: approves },
      config: 'max_attempts = 2\n[agents]\ndefault_agent = "writer"',
      env: withProgram(inhibitor(marker())),
    });
    const task_id = await w.submit({ retry_base_backoff_ms: 4 * HOUR, retry_max_backoff_ms: 4 * HOUR });
    await w.event((event) => event.task_id === task_id && event.type === "attempt.ended");
    const state = async () => (await w.call("server/status", {})).keep_awake.state;
    // Ten seconds after the attempt it is found that the next one comes at two.
    clock.advance(10_000);
    await until(() => clock.waiting.includes(Date.parse("2026-01-02T02:00:10Z")));
    expect(await state()).toBe("held");
    clock.advance(4 * HOUR);
    expect(await w.settled(task_id)).toMatchObject({ status: "failed", attempts: 2 });
    clock.advance(10_000);
    const pid = Number(readFileSync(marker(), "utf8").split(" ")[0]);
    await until(() => !alive(pid));
    // The machine knows of the end before the server has been told of it.
    await until(async () => (await state()) === "idle");
  });

  it("up.keep_awake: switched off, nothing is started", async () => {
    const env = withProgram(inhibitor(marker()), { HARNESS_UP_KEEP_AWAKE: "false" });
    await using w = await world({ dir, agents: { writer: writesSum }, env });
    await w.run();
    expect((await w.call("server/status", {})).keep_awake).toEqual({ state: "off", by: name, problem: null });
    expect(existsSync(marker())).toBe(false);
  });

  it("says so where it cannot, and nothing fails [req:up.keep-awake-missing]", async () => {
    await using w = await world({ dir, env: withProgram(refuses) });
    expect((await w.run()).status).toBe("done");
    await until(() => readdirSync(path.join(dir, "data", "processes")).length === 0);
    const problem = "Failed to inhibit: Access denied";
    expect((await w.call("server/status", {})).keep_awake).toEqual({
      state: "unavailable",
      by: name,
      problem,
    });
    const { checks } = await w.call("server/doctor", {});
    expect(checks.find((check) => check.name === "keep awake")).toMatchObject({
      ok: true,
      detail: `not possible here: ${problem}`,
      fix: expect.stringContaining("sleep"),
    });
  });

  it("says so where there is no program for it [req:up.keep-awake-missing]", async () => {
    const env = { PATH: path.join(dir, "nothing"), HARNESS_UP_KEEP_AWAKE: "true" };
    await using app = await testApp({ dir, env, start: false });
    expect((await app.call("server/status", {})).keep_awake).toMatchObject({
      state: "unavailable",
      problem: `${name} was not found`,
    });
  });

  it("lets the machine sleep when it is killed [req:up.keep-awake-ends]", async () => {
    const hangs = implementer("setInterval(() => {}, 1000);");
    const server = await startServerProcess({
      dir,
      agents: { hangs },
      env: withProgram(inhibitor(marker())),
    });
    const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
    await server.client.call("project/create", { root, default: true });
    await server.client.call("task/create", { prompt: "Wait", agent: "hangs" });
    await until(() => existsSync(marker()) && readFileSync(marker(), "utf8") !== "");
    const pid = Number(readFileSync(marker(), "utf8").split(" ")[0]);
    expect(alive(pid)).toBe(true);
    await server.kill("SIGKILL");
    await until(() => !alive(pid));
    // The next server ends what the killed one left of the attempt.
    const next = await startServerProcess({ dir, agents: {}, env: { HARNESS_UP_KEEP_AWAKE: "false" } });
    await next.kill("SIGTERM");
  });

  it("observe.log_max_bytes: a log file is put aside at this size", async () => {
    const env = { HARNESS_OBSERVE_LOG_MAX_BYTES: "4096" };
    await using w = await world({ dir, env });
    for (let i = 0; i < 200; i += 1) w.app.logger.info({ i }, "x".repeat(100));
    const logs = path.join(dir, "data", "logs");
    const files = readdirSync(logs).filter((file) => file.startsWith(`harness-serve-${process.pid}.log`));
    expect(files).toHaveLength(5);
    for (const file of files) expect(statSync(path.join(logs, file)).size).toBeLessThan(5000);
  });
});
