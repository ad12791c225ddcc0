import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HarnessError, systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/app.ts";
import { ProcessRunner } from "../../src/process/index.ts";
import { headerValue, Redactor, type SecretSource, Secrets } from "../../src/secrets/index.ts";
import { startReceiver } from "../notifications/receiver.ts";
import { messageOf } from "../notifications/story.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp, testDir, writeConfig } from "../support/test-app.ts";

const value = "handle-canary-8f21c3";

describe("a handle of a secret", () => {
  let dir = "";
  let redactor: Redactor;
  let secrets: Secrets;
  const at = (name: string, mode: number, text = `${value}\n`) => {
    const file = path.join(dir, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };

  beforeAll(() => {
    dir = testDir("handles");
    redactor = new Redactor();
    const runner = new ProcessRunner({
      clock: systemClock,
      ledgerDir: path.join(dir, "ledger"),
      killGraceMs: 300,
    });
    secrets = new Secrets({
      env: { KEY: value, SHORT: "1234567", SPACED: `${value} x` },
      home: dir,
      redactor,
      run: async ([file = "", ...args], { mostBytes }) => {
        const limits = { totalTimeoutMs: 2000, outputCapBytes: mostBytes };
        const env = { PATH: process.env["PATH"] ?? "" };
        const { exitCode, reason, stdout } = await runner.run({
          file,
          args,
          cwd: dir,
          env,
          cookie: "secret",
          ...limits,
        });
        return { exitCode, reason, stdout: stdout.text, cutBytes: stdout.cutBytes };
      },
    });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const node = (source: string): SecretSource => ({
    from: "command",
    argv: [process.execPath, "-e", source],
  });

  it("leads to a variable, a file or what a program says, and is hidden from then on [req:secrets.handles]", async () => {
    const file = at("key", 0o600);
    for (const source of [
      { from: "env", name: "KEY" },
      { from: "file", path: file },
      { from: "file", path: "~/key" },
      node(`console.log(${JSON.stringify(value)})`),
    ] as const)
      expect(await secrets.read("my.key", source, headerValue)).toBe(value);
    expect(redactor.redact(`a ${value} b`)).toBe("a [redacted:my.key] b");
  });

  it("that leads nowhere says which, why and what to do, and no value [req:secrets.handles]", async () => {
    const open = at("open", 0o644);
    const cases: (readonly [SecretSource, string])[] = [
      [
        { from: "env", name: "GONE" },
        "my.key: the variable GONE is not set. Set GONE where the server is started.",
      ],
      [{ from: "env", name: "SHORT" }, "leads to fewer than 8 characters"],
      [{ from: "env", name: "SPACED" }, "does not lead to one line of visible ASCII characters"],
      [{ from: "file", path: path.join(dir, "gone") }, "is not there. Make it, readable by this user only."],
      [{ from: "file", path: dir }, "is not a file"],
      [{ from: "file", path: open }, `can be read by others. Run: chmod 600 ${open}`],
      [{ from: "file", path: at("long", 0o600, "x".repeat(70_000)) }, "leads to more than 65536 bytes"],
      [{ from: "file", path: at("empty", 0o600, "\n") }, "leads to nothing"],
      [node("process.exit(3)"), "ended with 3. Run it by hand to see why."],
      [node("setInterval(() => {}, 1000)"), "took longer than"],
      [node(`console.log("x".repeat(100000))`), "leads to more than 65536 bytes"],
      [
        { from: "command", argv: ["no-such-program-anywhere", value] },
        "the program no-such-program-anywhere could not be started",
      ],
    ];
    for (const [source, said] of cases) {
      const error = await secrets.read("my.key", source, headerValue).catch((thrown: unknown) => thrown);
      expect(error, said).toBeInstanceOf(HarnessError);
      expect(error).toMatchObject({ code: "secret_unavailable" });
      expect(String(error)).toContain(said);
      expect(JSON.stringify([error, String(error)])).not.toContain(value);
    }
  });
});

/** Says in its work what it was given. */
const shows = `
require("node:fs").readFileSync(0);
require("node:fs").writeFileSync("env.json", JSON.stringify(Object.entries(process.env).map(([name, value]) => [name, [...value].reverse().join("")])));
console.log("key " + process.env.MY_KEY);
`;

it("handles are followed where they are used: a channel's address and token, an agent's variable, read anew each time [req:secrets.handles]", async () => {
  const dir = testDir("handles");
  try {
    await using receiver = await startReceiver();
    const key = path.join(dir, "agent-key");
    writeFileSync(key, "first-value-of-the-key\n", { mode: 0o600 });
    await using app = await testApp({
      dir,
      agents: { plain: { source: shows } },
      config: [
        "[agents.review]",
        "enabled = false",
        '[[notify.channels]]\nname = "me"\ntype = "webhook"\nurl = "env:HOOK_URL"\ntoken = "env:HOOK_TOKEN"',
        `[agents.command.plain.set_env]\nMY_KEY = "file:${key}"\nMODE = "fast"`,
      ].join("\n"),
      env: {
        HOOK_URL: `${receiver.url}/secret-path-1`,
        HOOK_TOKEN: "hook-token-0123456789",
        OTHER: "canary-other",
      },
    });
    const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
    await app.call("project/create", { root, default: true, validation: "none" });
    const run = async () => {
      const { task_id } = await app.call("task/create", { agent: "plain", prompt: "go" });
      const task = await app.settled(task_id);
      expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
      const shown: [string, string][] = JSON.parse(userGit(root, "show", `${task.branch}:env.json`));
      const env = Object.fromEntries(shown.map(([name, text]) => [name, [...text].reverse().join("")]));
      const said = JSON.stringify(await app.call("task/artifacts", { task_id }));
      return { env, said };
    };
    const first = await run();
    expect(first.env).toMatchObject({ MY_KEY: "first-value-of-the-key", MODE: "fast" });
    expect(JSON.stringify(first.env)).not.toContain("canary-other");
    expect(first.said).toContain("key [redacted:agents.command.plain.set_env.MY_KEY]");
    writeFileSync(key, "second-value-of-the-key\n");
    expect((await run()).env).toMatchObject({ MY_KEY: "second-value-of-the-key" });

    await app.call("notification/test", { channel: "me" });
    const request = await receiver.request(1);
    expect(messageOf(request)).toMatchObject({ channel: "me" });
    expect(request.headers["x-harness-signature-256"]).toMatch(/^sha256=/);

    rmSync(key);
    const { task_id } = await app.call("task/create", { agent: "plain", prompt: "go" });
    const task = await app.settled(task_id);
    expect(task.status).toBe("failed");
    expect(task.error?.message).toContain(`the file ${key} is not there`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

it("a server whose own secrets cannot be read does not start, and says which handle [req:secrets.handles]", async () => {
  const dir = testDir("handles");
  try {
    mkdirSync(dir, { recursive: true });
    for (const [config, env, said] of [
      ['[server]\ndatabase_url = "env:DB"', {}, "server.database_url: the variable DB is not set."],
      [
        '[server]\ndatabase_url = "env:DB"',
        { DB: `mysql://u:${value}@h/d` },
        "does not lead to a postgres:// address",
      ],
      [
        '[server]\napi_token = "file:/nowhere/token"',
        {},
        "server.api_token: the file /nowhere/token is not there.",
      ],
    ] as const) {
      const failure = await createApp({
        flags: { config: writeConfig(dir, { config }), "data-dir": path.join(dir, "data") },
        env: { PATH: process.env["PATH"] ?? "", ...env },
        cwd: dir,
        home: dir,
        platform: process.platform,
        stderr: () => {},
      }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "secret_unavailable" });
      expect(String(failure)).toContain(said);
      expect(String(failure)).not.toContain(value);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

it("the doctor follows each handle, and says which leads nowhere and what to do [req:secrets.handles]", async () => {
  const config = [
    "[agents.claude.set_env]",
    'GOOD = "env:GOOD_ONE"',
    'GONE = "env:GONE_ONE"',
    `SAID = 'command:["${process.execPath}", "-e", "process.exit(4)"]'`,
  ].join("\n");
  await using app = await testApp({ config, env: { GOOD_ONE: value }, start: false });
  const { checks } = await app.call("server/doctor", {});
  const named = Object.fromEntries(checks.map(({ name, ...check }) => [name, check]));
  expect(named).toMatchObject({
    "secret agents.claude.set_env.GOOD": { ok: true, detail: "from env, it can be read", fix: null },
    "secret agents.claude.set_env.GONE": {
      ok: false,
      detail: expect.stringContaining("the variable GONE_ONE is not set"),
      fix: "Set GONE_ONE where the server is started.",
    },
    "secret agents.claude.set_env.SAID": { ok: false, detail: expect.stringContaining("ended with 4") },
  });
  expect(JSON.stringify(checks)).not.toContain(value);
});

it("the token of the install may be a handle [req:secrets.handles]", async () => {
  const token = "own-token-0123456789";
  await using app = await testApp({
    config: '[server]\napi_token = "env:MINE"',
    env: { MINE: token },
    start: false,
  });
  expect(app.app.credentials.find(token)).toBe(app.app.credentials.install);
  expect(app.app.redactor.redact(token)).toBe("[redacted:server.api_token]");
});
