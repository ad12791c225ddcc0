import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { userGit } from "../support/git-fixture.ts";
import { approves, implementer, sumFiles, type World, world, writesSum } from "./world.ts";

const right = `write("sum.js", "module.exports = (a, b) => a + b;\\n");`;
const proves = (name: string) =>
  `[validation]\ncommands = [{ name = "${name}", argv = [${JSON.stringify(process.execPath)}, "check.js"] }]\n`;

function commit(w: World, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(w.root, name)), { recursive: true });
  writeFileSync(path.join(w.root, name), text);
  userGit(w.root, "add", "-A");
  userGit(w.root, "commit", "-q", "-m", `change ${name}`);
}

describe("a project's own settings file", () => {
  it("counts only as a person approved it on the base branch, and is asked about again when it changes [req:project-file.approval, project-file.changed]", async () => {
    const files = { ...sumFiles, ".harness/config.toml": proves("from-file") };
    await using w = await world({ files, project: { validation: [] } });
    const before = await w.call("project/get", { project: "app" });
    expect(before).toMatchObject({ file: { state: "unapproved" }, settings: { validation: [] } });
    const first = await w.run();
    expect(first).toMatchObject({
      status: "waiting",
      block_reason: { code: "config_unapproved" },
      turns: [],
    });
    expect(first.block_reason?.unblock).toContain("harness project approve app");
    await expect(
      w.call("project/approve_file", { project: "app", sha256: "0".repeat(64) }),
    ).rejects.toMatchObject({ code: "config_changed" });
    await w.call("project/approve_file", { project: "app", sha256: before.file.sha256! });
    await w.call("task/unblock", { task_id: first.id });
    const done = await w.settled(first.id);
    expect(done.status, JSON.stringify(done.block_reason)).toBe("done");
    expect(done.evidence_history.map((item) => item.name)).toEqual(["from-file"]);

    commit(w, ".harness/config.toml", proves("changed"));
    const second = await w.run();
    expect(second).toMatchObject({ status: "waiting", block_reason: { code: "config_unapproved" } });
    const changed = await w.call("project/get", { project: "app" });
    expect(changed.file).toMatchObject({ state: "unapproved", approved_sha256: before.file.sha256 });
    await expect(
      w.call("project/approve_file", { project: "app", sha256: before.file.sha256! }),
    ).rejects.toMatchObject({ code: "config_changed" });
    await w.call("project/approve_file", { project: "app", sha256: changed.file.sha256! });
    await w.call("task/unblock", { task_id: second.id });
    expect((await w.settled(second.id)).evidence_history.map((item) => item.name)).toEqual(["changed"]);
  });

  it("has no effect as a task's branch has it [req:project-file.branch-copy]", async () => {
    const writer = implementer(
      `${right} fs.mkdirSync(".harness", { recursive: true }); write(".harness/config.toml", 'validation = "none"\\n[setup]\\ncommands = [["touch", "/pwned"]]\\n'); say("ok");`,
    );
    // Neither the sandbox nor the question of what finished work may change stands in its way here.
    const config = "[sandbox]\nprotected_paths = []\n[policy]\nprotected_changes = []";
    await using w = await world({ agents: { writer, critic: approves }, config });
    const task = await w.run();
    expect(task).toMatchObject({ status: "done", evidence: { state: "passed" } });
    expect(userGit(w.root, "show", `${task.branch}:.harness/config.toml`)).toContain("none");
    const next = await w.run();
    expect(next).toMatchObject({ status: "done", evidence: { state: "passed" } });
    expect((await w.call("project/get", { project: "app" })).file.state).toBe("absent");
  });
});

describe("setup", () => {
  const setup = [
    [
      process.execPath,
      "-e",
      `const fs = require("node:fs"); fs.mkdirSync("vendor/dep", { recursive: true }); fs.writeFileSync("vendor/dep/index.js", "module.exports = " + JSON.stringify(fs.existsSync("mark") ? "agent" : "base"));`,
    ],
  ];
  const files = {
    ...sumFiles,
    ".gitignore": "vendor\n.env\n",
    "check.js": `console.log("dep of " + require("./vendor/dep")); process.exit(require("./sum.js")(1, 2) === 3 ? 0 : 1);`,
  };
  const detailOf = (task: { stages: { stage: string; detail: string | null }[] }) =>
    task.stages.find((stage) => stage.stage === "setup")?.detail ?? null;

  it("runs once for one base, then copies come from the cache, which only the base fills [req:setup.cache, setup.cache-trusted]", async () => {
    const writer = implementer(
      `${right} fs.writeFileSync("mark", "x"); fs.writeFileSync("vendor/dep/index.js", "module.exports = 'planted'"); if (prompt.includes("manifest")) write("package.json", "{}"); say("ok");`,
    );
    await using w = await world({
      files,
      agents: { writer, critic: approves },
      project: { setup, cache_dirs: ["vendor/dep"] },
    });
    const first = await w.run();
    expect(first.status, JSON.stringify(first.error)).toBe("done");
    expect(detailOf(first)).toBeNull();
    expect(first.evidence_history[0]?.output).toContain("dep of base");
    const second = await w.run();
    expect(detailOf(second)).toBe("from the cache");
    expect(second.evidence_history[0]?.output).toContain("dep of base");
    const third = await w.run({ prompt: "Make sum add with a manifest" });
    expect(third.status).toBe("done");
    expect(third.evidence_history[0]?.output, "another manifest runs setup itself").toContain("dep of agent");
    const after = await w.submit({ depends_on: [third.id] });
    expect((await w.settled(after)).status).toBe("no_change");
    const [project] = readdirSync(w.path("data", "cache"));
    expect(readdirSync(w.path("data", "cache", project!))).toHaveLength(1);
  });

  it("does not follow a link an agent put where the cache goes [req:setup.cache-link]", async () => {
    const writer = implementer(
      `${right} fs.rmSync("vendor", { recursive: true }); fs.symlinkSync(prompt.match(/LINK(\\S+)/)[1], "vendor"); say("ok");`,
    );
    await using w = await world({
      files: { ...files, ".gitignore": "" },
      agents: { writer, critic: approves },
      config: "validation_retries = 0",
      project: { setup, cache_dirs: ["vendor/dep"] },
    });
    const outside = w.path("outside");
    mkdirSync(outside);
    const task = await w.run({ prompt: `Make sum add LINK${outside}` });
    expect(task).toMatchObject({ status: "failed", error: { code: "validation_failed" } });
    expect(readdirSync(outside)).toEqual([]);
  });

  it("fails visibly when a command fails [req:setup.failed]", async () => {
    const broken = [[process.execPath, "-e", 'console.error("no network"); process.exit(7)']];
    await using w = await world({ project: { setup: broken } });
    const task = await w.run();
    expect(task).toMatchObject({ status: "failed", error: { code: "setup_failed" }, turns: [] });
    expect(task.error?.message).toContain("exit code 7");
    expect(task.error?.message).toContain("no network");
  });

  it("copies named files in for the agent, and takes none of them into the work [req:setup.copy-files]", async () => {
    const writer = implementer(
      `${right} say(fs.readFileSync(".env", "utf8") + fs.readFileSync("local.json", "utf8")); fs.appendFileSync("local.json", "//changed");`,
    );
    await using w = await world({
      files: { ...sumFiles, ".gitignore": ".env\n" },
      agents: { writer, critic: approves },
      project: { copy_files: [".env", "local.json", "absent.txt"] },
    });
    writeFileSync(path.join(w.root, ".env"), "MODE=dev\n");
    writeFileSync(path.join(w.root, "local.json"), "{}\n");
    const task = await w.run();
    expect(task.status, JSON.stringify(task.error)).toBe("done");
    const said = (await w.call("task/artifacts", { task_id: task.id }))[0]?.content;
    expect(said).toContain("MODE=dev");
    expect(userGit(w.root, "ls-tree", "-r", "--name-only", task.branch!).split("\n").sort()).toEqual([
      ".gitignore",
      "README.md",
      "check.js",
      "sum.js",
    ]);
    expect(existsSync(path.join(w.root, ".env"))).toBe(true);
  });
});

describe("two tasks at once", () => {
  it("do not see each other's work [req:workspace.isolated]", async () => {
    const writer = implementer(
      `${right} write(prompt.includes("Xylophone") ? "one.txt" : "two.txt", "x"); setTimeout(() => say(fs.readdirSync(".").join(" ")), 100);`,
    );
    await using w = await world({ agents: { writer, critic: approves } });
    const ids = await Promise.all(["Xylophone", "Zither"].map((prompt) => w.submit({ prompt })));
    const [one, two] = await Promise.all(ids.map((id) => w.settled(id)));
    expect([one?.status, two?.status]).toEqual(["done", "done"]);
    expect([one, two].map((task) => task?.attempt_history.map((attempt) => attempt.reason))).toEqual([
      ["done"],
      ["done"],
    ]);
    expect(userGit(w.root, "ls-tree", "--name-only", one!.branch!)).not.toContain("two.txt");
    expect(userGit(w.root, "ls-tree", "--name-only", two!.branch!)).not.toContain("one.txt");
    expect(writesSum.roles).toEqual(["implementer"]);
  });
});
