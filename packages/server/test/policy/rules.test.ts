import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { PolicyPlace } from "../../src/policy/index.ts";
import { readApart } from "../../src/policy/rules/read-apart.ts";
import { approves, implementer, sumFiles, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { testApp, testDir } from "../support/test-app.ts";

const place: PolicyPlace = {
  workspace: "/w/tree",
  project_id: null,
  profile: "allow_listed",
  attended: true,
  rules: null,
};
const run = (command: string) => ({ kind: "run", command, paths: [], summary: command });

/** An app whose operator has rules; `write` changes one of their files. */
async function ruled(files: Record<string, string>, config: (dir: string) => string, database?: "postgres") {
  const dir = testDir("rules");
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const options = { dir, config: config(dir), start: false };
  const app = database === undefined ? await testApp(options) : await world({ ...options, database });
  return Object.assign(app, { write, policy: app.app.operations.policy });
}

const rulesIn = (dir: string) => `[rules]\nexec_policy_paths = ["${dir}/rules"]`;

describe("the operator's rules", () => {
  it("are read from files and directories, and anew only when told [req:rule.load, rules.discovery]", async () => {
    const files = {
      "rules/b.rules": 'prefix_rule(["npm"], "prompt")',
      "rules/a.rules": 'prefix_rule(["git"])',
      "rules/notes.txt": "no rules",
    };
    await using w = await ruled(files, rulesIn);
    const { data } = await w.call("rule/list", {});
    expect(data.map(({ id, decision }) => `${path.basename(id)} ${decision}`)).toEqual([
      "a.rules:1 allow",
      "b.rules:1 prompt",
    ]);
    w.write("rules/a.rules", 'prefix_rule(["git"], "forbidden")');
    expect((await w.policy.judge(run("git status"), place)).decision).toBe("allow");
    expect(await w.call("rule/load", {})).toEqual({ rules_count: 2, faults: [], notes: [] });
    expect(await w.call("rule/load", {})).toMatchObject({ rules_count: 2 });
    expect((await w.policy.judge(run("git status"), place)).decision).toBe("forbidden");
  });

  it("forbid everything while one of them is wrong or missing, and every surface says where [req:rules.fail-closed]", async () => {
    await using w = await ruled({ "rules/a.rules": "prefix_rule([\n" }, rulesIn);
    const judged = await w.policy.judge({ kind: "read", paths: ["a"], summary: "" }, place);
    expect(judged).toMatchObject({
      decision: "forbidden",
      reason: expect.stringMatching(/a\.rules:2:1: .*rule load/),
    });
    expect((await w.call("rule/list", {})).faults).toMatchObject([{ line: 2, column: 1 }]);
    expect(await w.call("rule/check", {})).toMatchObject({ violations: [{ line: 2, severity: "critical" }] });
    const checks = (await w.call("server/doctor", {})).checks;
    expect(checks.find(({ name }) => name === "rules")).toMatchObject({ ok: false });
    w.write("rules/a.rules", "");
    rmSync(path.join(w.dir, "rules"), { recursive: true });
    expect((await w.call("rule/load", {})).faults).toMatchObject([
      { message: expect.stringContaining("ENOENT") },
    ]);
    expect((await w.policy.judge(run("ls"), place)).decision).toBe("forbidden");
    w.write("rules/a.rules", "");
    await w.call("rule/load", {});
    expect((await w.policy.judge(run("ls"), place)).decision).toBe("allow");
  });

  it("count how often they matched, on both databases [req:rules.hits]", async () => {
    for (const database of [undefined, "postgres"] as const) {
      await using w = await ruled(
        { "rules/a.rules": 'prefix_rule(["git"])\nprefix_rule(["ls"])' },
        rulesIn,
        database,
      );
      const hits = async () => (await w.call("rule/list", {})).data.map((rule) => rule.hits);
      await w.policy.judge(run("git status && git log; git diff"), place);
      await w.policy.judge(run("git status"), place);
      expect(await hits()).toEqual([2, 0]);
      await w.policy.judge(run("ls && git status"), place);
      expect(await hits()).toEqual([3, 1]);
      await w.policy.explain("git status", place);
      expect(await hits(), "explaining counts nothing").toEqual([3, 1]);
    }
  });

  it("are not named by a request: no path of the machine is read for one [req:rules.no-paths]", async () => {
    await using w = await ruled({}, () => "");
    await expect(w.call("rule/load", { project_root: "/" })).rejects.toMatchObject({
      code: "project_not_found",
    });
    await expect(w.call("rule/load", { project: "/etc/../tmp" })).rejects.toMatchObject({
      code: "project_not_found",
    });
    const named = w.call("rule/check", { text: "x", file: "/etc/passwd" });
    expect(JSON.stringify(await named)).not.toContain("root:");
    await expect(
      w.app.invoker.invoke(
        "rule/load",
        { path: "/etc/passwd" },
        {
          scopes: new Set(["open", "read", "submit", "operate"]),
          actor: "person",
          via: "http",
          request_id: "x",
        },
      ),
    ).rejects.toMatchObject({ code: "invalid_params" });
  });

  it("see a link for where it leads [req:rules.links]", async () => {
    await using w = await ruled({ "tree/a.txt": "", "secret/key": "" }, () => "");
    symlinkSync(path.join(w.dir, "secret"), path.join(w.dir, "tree", "link"));
    const there = { ...place, workspace: path.join(w.dir, "tree") };
    const read = (name: string) => w.policy.judge({ kind: "read", paths: [name], summary: "" }, there);
    expect((await read("a.txt")).decision).toBe("allow");
    expect((await read("link/key")).decision).toBe("forbidden");
    expect((await read("link/not-there-yet")).decision).toBe("forbidden");
  });
});

describe("what is asked of the policy", () => {
  it("policy/explain shows every segment, every rule tried and the one that decides [req:policy.explain]", async () => {
    await using w = await ruled(
      {
        "rules/a.rules":
          'prefix_rule(["git"])\nprefix_rule(["git", "push"], "forbidden")\npath_rule("*.pem", "forbidden")',
      },
      rulesIn,
    );
    const told = await w.call("policy/explain", { command: "git status && timeout 5 git push > out.txt" });
    expect(told).toMatchObject({
      decision: "forbidden",
      rule: { matched: ["git", "push"] },
      segments: [
        { words: ["git", "status"], decision: "allow", tried: [{ matched: ["git"] }, { matched: null }] },
        { words: ["git", "push"], via: ["timeout"], writes: ["out.txt"], decision: "forbidden" },
      ],
    });
    const named = await w.call("policy/explain", { command: "cat a.pem", project: undefined });
    expect(named.segments[0]?.tried).toMatchObject([
      { matched: null },
      { matched: null },
      { says: "read or write *.pem", matched: ["/workspace/a.pem"] },
    ]);
    const unread = { command: "git log '", attended: false } as const;
    expect(await w.call("policy/explain", { ...unread, profile: "strict" })).toMatchObject({
      decision: "forbidden",
      segments: [],
    });
  });

  it("policy/dry_run tells which past decisions other rules would change [req:policy.dry-run]", async () => {
    await using w = await ruled({}, () => "");
    const past = (command: string, decision: "allow" | "deny") =>
      w.app.log.write((tx) =>
        tx.append({
          type: "policy.decided",
          actor: "harness",
          data: { action: command, command, decision, reason: "r" },
        }),
      );
    await past("npm test", "allow");
    await past("git push && ls", "allow");
    await past("git push && ls", "allow");
    await past("curl x.com", "deny");
    await past("rm -rf /", "deny");
    expect(await w.call("policy/dry_run", {})).toEqual({ decisions: 5, changed: [] });
    const text = 'prefix_rule(["git", "push"], "forbidden")\nprefix_rule(["curl"])';
    const told = await w.call("policy/dry_run", { text });
    expect(told.decisions).toBe(5);
    expect(told.changed.map(({ command, times, was, now }) => [command, times, was, now])).toEqual([
      ["curl x.com", 1, "deny", "allow"],
      ["git push && ls", 2, "allow", "forbidden"],
    ]);
    await expect(w.call("policy/dry_run", { text: "x = [" })).rejects.toMatchObject({
      code: "rules_invalid",
    });
  });
});

describe("a project's own rules", () => {
  it("count as a person approved them on the base branch; a branch's copy has no effect [req:rules.project]", async () => {
    const files = { ...sumFiles, ".harness/policy.rules": 'prefix_rule(["make"], "forbidden")' };
    const writer = implementer(
      `write("sum.js", "module.exports = (a, b) => a + b;\\n"); fs.mkdirSync(".harness", { recursive: true }); write(".harness/policy.rules", ""); say("ok");`,
    );
    const config = "[sandbox]\nprotected_paths = []\n[policy]\nprotected_changes = []";
    await using w = await world({ files, agents: { writer, critic: approves }, config });
    const explained = async () =>
      (await w.call("policy/explain", { command: "make", project: "app" })).decision;
    const before = await w.call("project/get", { project: "app" });
    expect(before.file).toMatchObject({
      state: "unapproved",
      text: null,
      rules: files[".harness/policy.rules"],
    });
    expect(await explained()).toBe("allow");
    const task = await w.run();
    expect(task).toMatchObject({ status: "waiting", block_reason: { code: "config_unapproved" } });
    await w.call("project/approve_file", { project: "app", sha256: before.file.sha256 ?? "" });
    expect(await explained()).toBe("forbidden");
    await w.call("task/unblock", { task_id: task.id });
    expect((await w.settled(task.id)).status).toBe("done");
    expect(await explained(), "the branch emptied the file").toBe("forbidden");
    const ignored = await w.events(task.id, "policy.rules_ignored");
    expect(ignored).toMatchObject([{ data: { paths: [".harness/policy.rules"] } }]);

    writeFileSync(path.join(w.root, ".harness/policy.rules"), "prefix_rule([");
    userGit(w.root, "commit", "-qam", "break the rules");
    const broken = await w.run();
    expect(broken.block_reason?.code).toBe("config_unapproved");
    const { sha256 } = (await w.call("project/get", { project: "app" })).file;
    const approve = w.call("project/approve_file", { project: "app", sha256: sha256 ?? "" });
    await expect(approve).rejects.toMatchObject({ code: "rules_invalid" });
    expect(await explained(), "what was approved last counts on").toBe("forbidden");
  });
});

describe("the thread that reads rules", () => {
  const source = { file: "a.rules", layer: "operator", form: "rules" } as const;

  it("answers for each text, and ends [req:rules.limits]", async () => {
    const read = await readApart([
      { ...source, text: 'prefix_rule(["a"])' },
      { ...source, text: "def f(): pass" },
    ]);
    expect(read.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it("is ended when it takes too long or too much memory, and nothing it was given counts [req:rules.limits]", async () => {
    const [slow] = await readApart([{ ...source, text: "" }], { timeMs: 0, memoryMb: 64 });
    expect(slow).toMatchObject({
      ok: false,
      fault: { message: expect.stringContaining("longer than 0 ms") },
    });
    const many = Array.from({ length: 40 }, () => ({
      ...source,
      text: 'prefix_rule(["a"])\n'.repeat(10_000),
    }));
    const [big] = await readApart(many, { timeMs: 60_000, memoryMb: 8 });
    expect(big).toMatchObject({ ok: false, fault: { message: expect.stringContaining("memory") } });
  });
});
