import { createHash, randomBytes, randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isHarnessError, systemClock } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { GitRunner } from "../../src/git/index.ts";
import { ProcessRunner } from "../../src/process/index.ts";
import { EgressGate, Redactor } from "../../src/secrets/index.ts";
import { readOutgoing } from "../../src/workspaces/outgoing.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp, testDir } from "../support/test-app.ts";

const random = (bytes: number) => randomBytes(bytes).toString("hex");

function gate(allowed: readonly string[] = [], known?: string) {
  const redactor = new Redactor();
  if (known !== undefined) redactor.register("agents.codex.set_env.MY_KEY", known);
  return new EgressGate({ redactor, allowed });
}

describe("text that is to leave", () => {
  const known = `own-${random(12)}`;
  const body = randomBytes(300)
    .toString("base64")
    .match(/.{1,64}/g)!
    .join("\n");

  it.each([
    ["a secret of this server", known],
    ["one in base64", Buffer.from(`user:${known}`).toString("base64")],
    ["one in hexadecimal", Buffer.from(known).toString("hex")],
    ["a GitHub token", `ghp_${random(18)}`],
    ["a key of Anthropic", `sk-ant-api03-${random(20)}`],
    ["a key of AWS", `AKIA${random(8).toUpperCase()}`],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`],
    ["one of our own tokens", `hrt_${randomBytes(32).toString("base64url")}`],
  ])(
    "with %s is stopped, told kind and line and never the value [req:secrets.egress, safety.c6]",
    (_what, secret) => {
      const egress = gate([], known);
      const text = `a line\nFixed it with ${secret} as you asked.\n`;
      const [found] = egress.scan("the body of the pull request", text);
      expect(found).toMatchObject({ place: "the body of the pull request", line: 2 });
      let thrown: unknown;
      try {
        egress.check("the body of the pull request", text);
      } catch (error) {
        thrown = error;
      }
      expect(isHarnessError(thrown, "secret_egress")).toBe(true);
      expect(JSON.stringify([thrown, String(thrown), found])).not.toContain(secret);
      egress.check("a comment", "Fixed it as you asked. See https://example.com/a?b=c");
    },
  );

  it("and is full of 5,000 hashes and ids passes [req:secrets.egress]", () => {
    const egress = gate([], known);
    const kinds = [
      (text: string) => createHash("sha1").update(text).digest("hex"),
      (text: string) => createHash("sha256").update(text).digest("hex"),
      (text: string) => `sha512-${createHash("sha512").update(text).digest("base64")}`,
      () => randomUUID(),
      (text: string) => createHash("md5").update(text).digest("hex").toUpperCase(),
    ];
    const text = Array.from({ length: 5000 }, (_, index) => kinds[index % kinds.length]!(`v${index}`)).join(
      "\n",
    );
    expect(egress.scan("a lock file", text)).toEqual([]);
    const prose =
      "Write -----BEGIN PRIVATE KEY----- first. AKIAIOSFODNN7EXAMPLE is the example. postgres://u:pass@localhost/db";
    expect(egress.scan("a guide", prose)).toEqual([]);
  });

  it("passes with what only looks like a secret, when the operator named it; a real one never [req:secrets.egress]", () => {
    const alike = `ghp_${random(18)}`;
    const [found] = gate().scan("a test", alike);
    expect(gate([found!.fingerprint!]).scan("a test", alike)).toEqual([]);
    expect(gate([found!.fingerprint!], alike).scan("a test", alike)).toMatchObject([{ fingerprint: null }]);
  });
});

it("everything new of a branch is looked at: messages, names, binary files, merges, and what a later commit took away [req:secrets.egress]", async () => {
  const dir = testDir("egress");
  try {
    const root = makeRepository(path.join(dir, "repo"), { "a.txt": "old ghp_old\n", "b.txt": "b\n" });
    const from = userGit(root, "rev-parse", "HEAD").trim();
    const commit = (message: string, files: Record<string, string | Buffer | null>) => {
      for (const [name, content] of Object.entries(files))
        if (content === null) rmSync(path.join(root, name));
        else writeFileSync(path.join(root, name), content);
      userGit(root, "add", "-A");
      userGit(root, "commit", "-qm", message);
    };
    commit("add SECRET-IN-MESSAGE", { "a.txt": "old ghp_old\nplus SECRET-IN-LINE\n" });
    commit("take it away", { "a.txt": "old ghp_old\n" });
    commit("names and bytes", {
      "SECRET-IN-NAME.txt": "x\n",
      "image.bin": Buffer.concat([
        Buffer.from([0, 1, 2, 0]),
        Buffer.from("SECRET-IN-BYTES"),
        Buffer.from([0, 10]),
      ]),
      "++ b.txt": "diff --git a/x b/x\n++ SECRET-LIKE-A-HEADER\n",
    });
    userGit(root, "checkout", "-qb", "side", from);
    commit("side", { "b.txt": "side\n" });
    userGit(root, "checkout", "-q", "-");
    commit("main side", { "b.txt": "main\n" });
    userGit(root, "merge", "-q", "--no-commit", "side", "-X", "ours");
    commit("merge", { "b.txt": "SECRET-IN-MERGE\n" });
    const to = userGit(root, "rev-parse", "HEAD").trim();
    const runner = new ProcessRunner({
      clock: systemClock,
      ledgerDir: path.join(dir, "ledger"),
      killGraceMs: 300,
    });
    const git = new GitRunner({
      runner,
      env: { PATH: process.env["PATH"] ?? "" },
      stateDir: path.join(dir, "git"),
    });
    const leaving = (await readOutgoing(git, { gitDir: path.join(root, ".git"), from, to }))!;
    const places = (needle: string) =>
      leaving.filter(({ text }) => text.includes(needle)).map(({ place }) => place);
    expect(places("SECRET-IN-MESSAGE")).toEqual([expect.stringMatching(/^the message of commit /)]);
    expect(places("SECRET-IN-LINE")).toEqual([expect.stringMatching(/^a\.txt \(commit /)]);
    expect(places("SECRET-IN-NAME")).toEqual([expect.stringMatching(/^SECRET-IN-NAME\.txt /)]);
    expect(places("SECRET-IN-BYTES")).toEqual([expect.stringMatching(/^image\.bin /)]);
    expect(places("SECRET-LIKE-A-HEADER")).toHaveLength(1);
    expect(places("SECRET-IN-MERGE")).toEqual([expect.stringMatching(/^b\.txt /)]);
    expect(places("old ghp_old")).toEqual([]);
    const line = leaving.find(({ text }) => text.includes("SECRET-IN-LINE"))!;
    expect(line.lines![line.text.split("\n").findIndex((one) => one.includes("SECRET-IN-LINE"))]).toBe(2);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

/** Obeys the text it reads: puts what it was told to into its work, written backwards so that the prompt shows it not. */
const obeys = `
const prompt = require("node:fs").readFileSync(0, "utf8");
const said = [.../<<(.*)>>/.exec(prompt)[1]].reverse().join("");
require("node:fs").writeFileSync("config.js", "// made as told\\nexport const key = '" + said + "';\\n");
console.log("done");
`;

describe("finished work with a secret", () => {
  const alike = `ghp_${random(18)}`;
  const own = `own-key-${random(12)}`;
  const backwards = (text: string) => [...text].reverse().join("");

  it("is not published but waits for a person, told where and what kind; it passes once the operator names its fingerprint [req:secrets.egress, safety.c6]", async () => {
    const dir = testDir("egress");
    try {
      const options = (config: string) => ({
        dir,
        agents: { obeys: { source: obeys } },
        config: `[agents.review]\nenabled = false\n[agents.codex.set_env]\nMY_KEY = "env:OWN"\n${config}`,
        env: { OWN: own },
      });
      let id = "";
      let fingerprint = "";
      const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
      {
        await using app = await testApp(options(""));
        await app.call("project/create", { root, default: true, validation: "none" });
        const submit = async (text: string) => {
          const { task_id } = await app.call("task/create", {
            agent: "obeys",
            prompt: `Do it <<${backwards(text)}>>`,
          });
          return app.settled(task_id);
        };
        const task = await submit(alike);
        expect(task).toMatchObject({
          status: "waiting",
          branch: null,
          block_reason: { code: "secret_egress", needs: "person" },
        });
        const { message, unblock } = task.block_reason!;
        fingerprint = /fingerprint ([0-9a-f]{16})/.exec(message)![1]!;
        expect(message).toMatch(/github-token in config\.js \(commit [0-9a-f]{12}\), line 2, fingerprint/);
        expect(unblock).toEqual([
          `harness task checkout ${task.id}`,
          `harness task discard ${task.id}`,
          `harness task unblock ${task.id}`,
        ]);
        expect(userGit(root, "branch", "--list", "harness/*").trim()).toBe("");
        expect(JSON.stringify(task)).not.toContain(alike);
        id = task.id;

        // A secret of this server is known once it was read; its base64 is known too.
        await app.app.secrets.read("agents.codex.set_env.MY_KEY", { from: "env", name: "OWN" });
        const real = await submit(Buffer.from(own).toString("base64"));
        expect(real.block_reason?.code).toBe("secret_egress");
        expect(real.block_reason?.message).toContain("agents.codex.set_env.MY_KEY in config.js");
        expect(real.block_reason?.message).not.toContain("fingerprint");
        expect(real.block_reason?.unblock).not.toContain(`harness task unblock ${real.id}`);
      }
      await using app = await testApp(options(`[egress]\nallow = ["${fingerprint}"]`));
      await app.call("task/unblock", { task_id: id });
      const done = await app.settled(id);
      expect(done.status, JSON.stringify(done.block_reason)).toBe("done");
      expect(userGit(root, "show", `${done.branch}:config.js`)).toContain(alike);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
