import { createHmac, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testMessage } from "../../src/notifications/message.ts";
import { desktopSender } from "../../src/notifications/program-senders.ts";
import { program } from "../config-effects/support.ts";
import { type World, world } from "../scenarios/world.ts";
import { testApp } from "../support/test-app.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { channels, messageOf, move, waits } from "./story.ts";

let receiver: Receiver;
let w: World;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await w?.[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

async function open(tables: string[], env: Record<string, string> = {}): Promise<void> {
  w = await world({ config: channels("batch_secs = 0", ...tables), env, start: false });
  await w.app.notifier.start();
}
const sent = () => w.event((event) => event.type === "notification.sent");
const failed = () => w.event((event) => event.type === "notification.failed");

/** What a test of the only channel says. */
async function tested(): Promise<string | null> {
  const { results } = await w.call("notification/test", {});
  expect(results).toHaveLength(1);
  expect(results[0]!.ok).toBe(results[0]!.error === null);
  return results[0]!.error;
}

describe("a webhook", () => {
  it("gets JSON that its secret signs [req:notify.channels, notify.webhook]", async () => {
    const secret = randomBytes(12).toString("hex");
    await open([`name = "hook"\ntype = "webhook"\nurl = "${receiver.url}/in?x=1"\ntoken = "\${HOOK}"`], {
      HOOK: secret,
    });
    const id = await w.submit();
    await move(w, id, waits(id, 0));
    const request = await receiver.request(1);
    const message = messageOf(request);
    expect(message.items).toMatchObject([{ task_id: id, kind: "needs_you" }]);
    expect(request.path).toBe("/in?x=1");
    expect(request.headers).toMatchObject({
      "content-type": "application/json",
      "idempotency-key": message.id,
      "x-harness-signature-256": `sha256=${createHmac("sha256", secret).update(request.body).digest("hex")}`,
    });
    expect(request.headers["authorization"]).toBeUndefined();
    await sent();
  });

  it("that leads elsewhere is not followed, one that talks without end is not listened to [req:notify.ssrf]", async () => {
    await open([`name = "hook"\ntype = "webhook"\nurl = "${receiver.url}/a"`]);
    const { host } = new URL(receiver.url);
    receiver.reply({ status: 302, headers: { Location: `${receiver.url}/b` } });
    expect(await tested()).toBe(`${host} answered 302, a redirect, which is not followed`);
    receiver.reply({ status: 500, body: "x".repeat(50_000_000) });
    expect(await tested()).toBe(`${host} answered 500: ${"x".repeat(199)}…`);
    expect(receiver.received.map((request) => request.path)).toEqual(["/a", "/a"]);
    receiver.reply({ status: 400, body: '{"error":"no\u001b[2J\u202e such"}' });
    expect(await tested()).toBe(`${host} answered 400: {"error":"no\ufffd[2J\ufffd such"}`);
  });

  it.each([
    ["http://169.254.169.254/latest", "169.254.169.254 is an address where no receiver is."],
    ["http://[::ffff:169.254.169.254]/", "::ffff:a9fe:a9fe is an address where no receiver is."],
    ["http://0xa9fea9fe/", "169.254.169.254 is an address where no receiver is."],
    ["http://[fe80::1]/", "fe80::1 is an address where no receiver is."],
  ])("is never %s, where clouds keep credentials [req:notify.ssrf]", async (url, error) => {
    await open([`name = "hook"\ntype = "webhook"\nurl = "${url}"`]);
    expect(await tested()).toContain(error);
  });

  it("that is not there fails with the reason, in a test and in earnest, and the task does not notice [req:notify.test, notify.retry]", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await open([`name = "hook"\ntype = "webhook"\nurl = "http://127.0.0.1:${port}/"`]);
    expect(await tested()).toBe(`127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`);
    const id = await w.submit();
    await move(w, id, waits(id, 0));
    const { data } = await failed();
    expect(data).toMatchObject({
      channel: "hook",
      message: expect.stringContaining("Try 1 of 8: 127.0.0.1"),
    });
    expect((await w.call("notification/list", {})).data).toMatchObject([
      { state: "pending", tries: 1, error: expect.stringContaining("ECONNREFUSED") },
    ]);
    expect((await w.call("task/get", { task_id: id })).status).toBe("waiting");
    const { checks } = await w.call("server/doctor", {});
    expect(checks.find(({ name }) => name === "notifications to hook")).toMatchObject({
      ok: false,
      detail: expect.stringContaining("the last message failed: 127.0.0.1"),
      fix: "Correct it and try: harness notification test hook",
    });
  });
});

describe("ntfy", () => {
  it("gets title, priority, tags and link as headers and a text that fits [req:notify.channels, notify.ntfy]", async () => {
    await open([
      `name = "phone"\ntype = "ntfy"\nurl = "${receiver.url}/topic"\ntoken = "tk_0123456789abcdef"`,
    ]);
    const id = await w.submit({ title: "Größe ✓\u202e\u001b[2J" });
    await move(w, id, waits(id, 0));
    const { headers, body, path: at } = await receiver.request(1);
    const title = Buffer.from(
      /^=\?UTF-8\?B\?(.*)\?=$/.exec(String(headers["title"]))![1]!,
      "base64",
    ).toString();
    expect(title).toBe("Needs you: Größe ✓\ufffd\ufffd[2J (app)");
    expect(at).toBe("/topic");
    expect(headers).toMatchObject({
      priority: "high",
      tags: "raising_hand",
      click: `http://127.0.0.1:9800/tasks/${id}`,
      authorization: "Bearer tk_0123456789abcdef",
    });
    expect(body).toBe(
      `Nobody said how this project is proven.\n  harness task accept ${id}\n  http://127.0.0.1:9800/tasks/${id}`,
    );
    await w.app.log.write(async (tx) => {
      for (let n = 0; n < 19; n += 1)
        await tx.append({
          type: "account.stopped",
          actor: "harness",
          data: { account: `a${n}`, message: `${"é".repeat(400)}`, fix: "login" },
        });
    });
    const long = await receiver.request(2);
    expect(Buffer.byteLength(long.body)).toBeLessThanOrEqual(4096);
    expect(long.body).toMatch(/\n… and \d+ more lines$/);
    expect(long.headers["title"]).toBe("Harness: 19 needs you");
  });
});

describe("a command", () => {
  it("gets the message on standard input, and neither a shell nor the server's environment [req:notify.channels, notify.command]", async () => {
    w = await world({ start: false });
    const script = `require("node:fs").writeFileSync(process.argv[2], JSON.stringify({ input: require("node:fs").readFileSync(0, "utf8"), argv: process.argv.slice(3), env: Object.keys(process.env) }));`;
    const file = program(w.dir, "tell", script);
    const out = path.join(w.dir, "out.json");
    const dir = w.dir;
    await w.app.stop();
    const argv = JSON.stringify([file, out, "$(touch pwned)", "; true"]);
    w = await world({
      dir,
      config: channels("batch_secs = 0", `name = "cmd"\ntype = "command"\nargv = ${argv}`),
      env: { HARNESS_API_TOKEN: "0123456789abcdef0123", OTHER_SECRET: "x" },
      start: false,
    });
    await w.app.notifier.start();
    const id = await w.submit({ title: "`touch pwned`" });
    await move(w, id, waits(id, 0));
    await sent();
    const got = JSON.parse(readFileSync(out, "utf8")) as unknown as {
      input: string;
      argv: string[];
      env: string[];
    };
    expect(messageOf({ body: got.input }).items).toMatchObject([{ title: "`touch pwned`" }]);
    expect(got.argv).toEqual(["$(touch pwned)", "; true"]);
    expect(got.env.filter((name) => /SECRET|TOKEN/.test(name))).toEqual([]);
    expect(readdirSync(dir, { recursive: true }).filter((name) => String(name).includes("pwned"))).toEqual(
      [],
    );
  });

  it("that fails says how [req:notify.command, notify.test]", async () => {
    const node = (source: string) => JSON.stringify([process.execPath, "-e", source]);
    await open([
      `name = "exits"\ntype = "command"\nargv = ${node('process.stderr.write("no\\u001b network"); process.exit(3)')}`,
      `name = "missing"\ntype = "command"\nargv = ["no-such-program-anywhere"]`,
    ]);
    const { results } = await w.call("notification/test", {});
    expect(results).toEqual([
      { channel: "exits", ok: false, error: `${process.execPath} ended with 3: no\ufffd network` },
      { channel: "missing", ok: false, error: expect.stringContaining("could not be started") },
    ]);
    await expect(w.call("notification/test", { channel: "other" })).rejects.toMatchObject({
      code: "channel_not_found",
      message: "There is no notification channel other. Configured: exits, missing.",
    });
  });
});

describe("the desktop", () => {
  const table = `name = "desk"\ntype = "desktop"`;

  it("is told by notify-send, whose arguments are texts only [req:notify.channels, notify.desktop]", async (ctx) => {
    if (process.platform !== "linux") ctx.skip("notify-send is Linux's");
    await open([]);
    const { dir } = w;
    await w.app.stop();
    const out = path.join(dir, "shown.json");
    const send = program(
      dir,
      "notify-send",
      `require("node:fs").writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.argv.slice(2)));`,
    );
    w = await world({
      dir,
      config: channels("batch_secs = 0", table),
      env: { PATH: `${path.dirname(send)}:${process.env["PATH"]}` },
      start: false,
    });
    await w.app.notifier.start();
    const id = await w.submit({ title: "--icon=/etc/passwd <b>bold</b>" });
    await move(w, id, { type: "claim", as: "implementing" });
    await move(w, id, { type: "finish", status: "done", reason: "x" }, { branch: "harness/<a&b>" });
    await sent();
    const shown: unknown = JSON.parse(readFileSync(out, "utf8"));
    expect(shown).toEqual([
      "--app-name=Harness",
      "--urgency=normal",
      "--",
      "Done: --icon=/etc/passwd <b>bold</b> (app)",
      `Branch harness/&lt;a&amp;b&gt; is ready.\n  harness task show ${id}\n  http://127.0.0.1:9800/tasks/${id}`,
    ]);
  });

  it("is told by osascript on a Mac, whose script is fixed and gets the texts as arguments [req:notify.desktop]", async () => {
    await open([]);
    const out = path.join(w.dir, "shown.json");
    const osascript = program(
      w.dir,
      "osascript",
      `require("node:fs").writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.argv.slice(2)));`,
    );
    const sender = desktopSender({
      clock: w.app.clock,
      runner: w.app.runner,
      redact: (text) => text,
      secrets: w.app.secrets,
      outbound: w.app.outbound,
      env: { PATH: `${path.dirname(osascript)}:${process.env["PATH"]}` },
      platform: "darwin",
      cwd: w.dir,
    });
    expect(await sender.look()).toMatchObject({ ok: true, detail: `desktop, ${osascript}` });
    const message = {
      ...testMessage("note_1", "desk", "http://h"),
      title: '-e "x" & quit',
      text: 'do shell script "id"',
    };
    expect(await sender.send(message, new AbortController().signal)).toEqual({ ok: true });
    const shown: unknown = JSON.parse(readFileSync(out, "utf8"));
    const script = [
      "on run argv",
      "display notification (item 2 of argv) with title (item 1 of argv)",
      "end run",
    ];
    expect(shown).toEqual([...script.flatMap((line) => ["-e", line]), "--", message.title, message.text]);
  });

  it("is called unavailable by the doctor where nothing can show it; every channel is listed [req:notify.doctor]", async (ctx) => {
    if (process.platform !== "linux") ctx.skip("notify-send is Linux's");
    const tables = [
      table,
      `name = "hook"\ntype = "webhook"\nurl = "http://hooks.example.com/secret-path"\nprojects = ["app"]\nquiet_hours = "22:00-07:00"`,
      `name = "cmd"\ntype = "command"\nargv = ["no-such-program-anywhere"]\nkinds = ["done", "report"]`,
    ];
    await using bare = await testApp({
      config: channels("", ...tables),
      env: { PATH: "/nonexistent" },
      start: false,
    });
    const { checks } = await bare.call("server/doctor", {});
    expect(checks.filter(({ name }) => name.startsWith("notifications"))).toEqual([
      {
        name: "notifications to desk",
        ok: false,
        detail: "desktop, unavailable: there is no program notify-send, all kinds",
        fix: "Install libnotify (notify-send), or use a webhook, ntfy or a command.",
      },
      {
        name: "notifications to hook",
        ok: false,
        detail:
          "webhook, hooks.example.com: hooks.example.com would be reached over plain http, where others can read it; use https, all kinds, of app, quiet 22:00-07:00",
        fix: "Correct the address of hook.",
      },
      {
        name: "notifications to cmd",
        ok: false,
        detail: "command, unavailable: there is no program no-such-program-anywhere, done report",
        fix: "Install no-such-program-anywhere or correct notify.channels.",
      },
    ]);
  });
});

describe("secrets", () => {
  it("of channels and of others are in no message, event, list or log [req:notify.secrets]", async () => {
    const canary = () => randomBytes(10).toString("hex");
    const [token, path_, key, other] = [canary(), canary(), canary(), canary()];
    await open(
      [
        `name = "hook"\ntype = "webhook"\nurl = "${receiver.url}/${path_}"\ntoken = "\${HOOK}"`,
        `name = "phone"\ntype = "ntfy"\nurl = "${receiver.url}/n${path_}"\ntoken = "${other}"`,
      ],
      { HOOK: token, ANTHROPIC_API_KEY: `sk-ant-api03-${key}` },
    );
    const leak = `${token} ${receiver.url}/${path_} ${other} sk-ant-api03-${key} ghp_${"a1B2".repeat(9)}`;
    receiver.reply({ status: 500, body: leak }, { status: 500, body: leak });
    const id = await w.submit({ title: leak });
    const wait = waits(id, 0);
    await move(w, id, wait.type === "wait" ? { ...wait, reason: { ...wait.reason, message: leak } } : wait);
    await receiver.request(2);
    await expect
      .poll(async () => (await w.call("notification/list", {})).data.filter((one) => one.error))
      .toHaveLength(2);
    const events = await w.app.log.read({ afterSeq: 0 });
    const list = await w.call("notification/list", {});
    const doctor = await w.call("server/doctor", {});
    const logs = readdirSync(path.join(w.dir, "data", "logs")).map((name) =>
      readFileSync(path.join(w.dir, "data", "logs", name), "utf8"),
    );
    const rows = await w.app.storage.reader.selectFrom("notifications").selectAll().execute();
    const bodies = receiver.received.map(({ body, headers }) => ({ body, title: headers["title"] }));
    const everything = JSON.stringify([bodies, events, list, doctor, rows, logs]);
    for (const secret of [token, path_, key, other, "a1B2a1B2"]) expect(everything).not.toContain(secret);
    expect(everything).toContain("[redacted:");
  });
});
