import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { userGit } from "../support/git-fixture.ts";
import { approves, implementer, leftovers, reviewer, type World, world } from "./world.ts";

const right = `write("sum.js", "module.exports = (a, b) => a + b;\\n");`;
const sleeps = "setInterval(() => {}, 1000);";
const token = "tok_5up3r-5ecret-Zq81mVd20Lx7";
const pattern = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6"}`;

const agents = {
  hangs: implementer(`write("half.txt", "x"); ${sleeps}`),
  stubborn: implementer(`process.on("SIGTERM", () => {}); ${sleeps}`),
  forks: implementer(
    `cp.spawn("sleep", ["1000"], { detached: true, stdio: "inherit" }).unref(); ${right} say("done"); process.exit(0);`,
  ),
  floods: implementer(`
    const chunk = Buffer.alloc(1 << 20, "0123456789abcde\\n");
    for (let n = 0; n < 200; n += 1) fs.writeSync(1, chunk);
    ${right} say("the end");`),
  crashes: implementer(`fs.writeSync(1, "half a li"); process.kill(process.pid, "SIGSEGV"); ${sleeps}`),
  commits: implementer(`${right}
    const git = (...args) => cp.execFileSync("git", ["-c", "user.name=Agent", "-c", "user.email=a@b", ...args]);
    git("add", "-A"); git("commit", "-m", "mine"); git("tag", "v1"); say("committed");`),
  breaksGit: implementer(
    `${right} try { fs.rmSync(".git", { recursive: true }); write(".git", "gitdir: /etc\\n"); } catch {} say("oops");`,
  ),
  bytes: implementer(
    `${right} fs.writeSync(1, Buffer.from([0x61, 0xff, 0xfe, 0x62, 0x0a])); write("bytes.bin", Buffer.from([0xff, 0, 0xfe]));`,
  ),
  removesCwd: implementer(`try { fs.rmSync(process.cwd(), { recursive: true, force: true }); } catch {}
    for (const name of fs.readdirSync(".")) try { fs.rmSync(name, { recursive: true, force: true }); } catch {}
    say("gone");`),
  escapes: implementer(`${right}
    const said = [];
    for (const file of JSON.parse(prompt.match(/TARGETS(\\[.*\\])/)[1])) {
      try { fs.writeFileSync(file, "pwned"); said.push("wrote " + file); } catch (error) { said.push(error.code); }
      try { said.push("got " + fs.readFileSync(file.replace("pwned", "token"), "utf8")); } catch (error) { said.push(error.code); }
    }
    say("escape: " + said.join(" "));`),
  leaks: implementer(`${right}
    const secret = ${JSON.stringify(token.slice(0, 9))} + ${JSON.stringify(token.slice(9))};
    say("the token is " + secret); process.stderr.write(secret + "\\n");
    fs.writeSync(1, "key " + ${JSON.stringify(pattern.slice(0, 20))});
    setTimeout(() => { fs.writeSync(1, ${JSON.stringify(pattern.slice(20))} + " end\\n"); write("notes.txt", "kept"); }, 120);`),
  leaksAndFails: implementer(`
    process.stderr.write("fatal: bad token " + ${JSON.stringify(token.slice(0, 9))} + ${JSON.stringify(token.slice(9))} + "\\n"); process.exit(2);`),
  critic: approves,
  tattles: reviewer(`
    const secret = ${JSON.stringify(token.slice(0, 9))} + ${JSON.stringify(token.slice(9))};
    say(JSON.stringify({ verdict: "approved", summary: "saw " + secret, findings: [{ ...finding("low"), title: secret, scenario: "key " + secret + " end" }] }));`),
};

describe("agents that misbehave end in the right state and leave nothing behind", () => {
  let w: World;
  const tasks = new Map<string, Awaited<ReturnType<World["run"]>>>();
  const of = (agent: string) => tasks.get(agent)!;
  const text = async (agent: string) =>
    (await w.events(of(agent).id, "message.delta"))
      .map((event) => (event.type === "message.delta" ? event.data.text : ""))
      .join("");

  beforeAll(async () => {
    w = await world({
      agents,
      database: "sqlite",
      env: { HARNESS_API_TOKEN: token },
      config: "validation_retries = 0\n[concurrency]\nmax_concurrent_tasks = 3",
    });
    const targets = [
      path.join(w.root, "pwned"),
      w.path("data", "pwned"),
      w.path("pwned"),
      "/etc/pwned",
      "../pwned",
    ];
    const names = Object.keys(agents).filter((name) => name !== "critic" && name !== "tattles");
    await Promise.all(
      names.map(async (agent) => {
        const prompt = `Use ${token} to make sum add TARGETS${JSON.stringify(targets)}`;
        const slow = agent === "hangs" || agent === "stubborn";
        const who = agent === "leaks" ? "tattles" : "critic";
        tasks.set(
          agent,
          await w.run({ agent, reviewer: who, prompt, max_attempts: 1, stall_timeout_secs: slow ? 1 : 60 }),
        );
      }),
    );
  }, 180_000);
  afterAll(() => w[Symbol.asyncDispose]());

  it("an agent that hangs is stopped when it is silent too long; its work is kept [req:agents.hangs]", async () => {
    expect(of("hangs")).toMatchObject({ status: "failed", error: { code: "agent_timeout_idle" } });
    const diff = await w.call("task/diff", { task_id: of("hangs").id });
    expect(diff.files.map((file) => file.path)).toEqual(["half.txt"]);
  });

  it("an agent that ignores SIGTERM is killed [req:agents.ignores-sigterm]", () => {
    expect(of("stubborn")).toMatchObject({ status: "failed", error: { code: "agent_timeout_idle" } });
  });

  it("an agent that leaves a setsid grandchild is done, and the grandchild is gone [req:agents.grandchild]", () => {
    expect(of("forks").status).toBe("done");
  });

  it("an agent that floods is kept to the cap, with the cut marked [req:agents.floods]", async () => {
    expect(of("floods").status, JSON.stringify(of("floods").error)).toBe("done");
    const events = await w.events(of("floods").id);
    const size = events.reduce((sum, event) => sum + JSON.stringify(event.data).length, 0);
    expect(size).toBeLessThan(12 * 1024 * 1024);
    const warnings = events
      .filter((event) => event.type === "turn.warning")
      .map((event) => JSON.stringify(event.data));
    expect(warnings.join(" ")).toMatch(/\d+ characters .*left out/);
  });

  it("an agent that crashes in the middle of a line has failed; the half line is kept [req:agents.crashes]", async () => {
    expect(of("crashes")).toMatchObject({ status: "failed", error: { code: "agent_exit" } });
    expect(await text("crashes")).toContain("half a li");
  });

  it("an agent may commit by itself; the branch is ours all the same [req:agents.commits]", () => {
    const task = of("commits");
    expect(task.status).toBe("done");
    expect(userGit(w.root, "log", "-1", "--format=%an", task.branch!)).toBe("Harness");
    expect(userGit(w.root, "tag")).toBe("");
  });

  it("an agent that breaks its .git loses nothing [req:agents.breaks-git]", () => {
    const task = of("breaksGit");
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(userGit(w.root, "show", `${task.branch}:sum.js`)).toContain("a + b");
  });

  it("invalid UTF-8 is shown as U+FFFD and kept as bytes in the work [req:agents.invalid-utf8]", async () => {
    const task = of("bytes");
    expect(task.status).toBe("done");
    expect(await text("bytes")).toContain("a\ufffd\ufffdb");
    expect(userGit(w.root, "cat-file", "-s", `${task.branch}:bytes.bin`)).toBe("3");
  });

  it("an agent that removes its directory has failed [req:agents.removes-cwd]", () => {
    const task = of("removesCwd");
    expect(task.status).toBe("failed");
    expect(["workspace_gone", "validation_failed"]).toContain(task.error?.code);
  });

  it("an agent cannot write or read outside its workspace [req:agents.escapes]", async () => {
    expect(of("escapes").status).toBe("done");
    const said = await text("escapes");
    expect(said).toContain("escape: ");
    for (const file of [path.join(w.root, "pwned"), w.path("data", "pwned"), w.path("pwned"), "/etc/pwned"])
      expect(existsSync(file), file).toBe(false);
    expect(said).not.toContain("got ");
  });

  it("a secret in an agent's output is in no event, table or log file [req:agents.secrets]", async () => {
    expect(of("leaks").status, JSON.stringify(of("leaks").error)).toBe("done");
    expect(of("leaksAndFails")).toMatchObject({ status: "failed", error: { code: "agent_exit" } });
    expect(of("leaksAndFails").error?.message).toContain("[redacted:");
    expect(await text("leaks")).toContain("[redacted:");
    expect(of("leaks").review_history[0]?.findings[0]?.title).toBe("[redacted:harness-token]");
    const files = readdirSync(w.path("data"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !file.includes(`${path.sep}mirrors${path.sep}`) && path.basename(file) !== "token");
    expect(files.some((file) => file.endsWith("harness.db"))).toBe(true);
    for (const file of files) {
      const bytes = readFileSync(file, "latin1");
      for (const secret of [token, pattern, encodeURIComponent(token), Buffer.from(token).toString("base64")])
        expect(bytes.includes(secret), path.relative(w.dir, file)).toBe(false);
    }
  });

  it("leaves no process, workspace or record, and the user's repository as it was [req:agents.nothing-left]", () => {
    const attempts = [...tasks.values()].flatMap((task) => task.attempt_history.map((attempt) => attempt.id));
    expect(leftovers(w.dir, attempts)).toEqual([]);
    expect(userGit(w.root, "status", "--porcelain")).toBe("");
    for (const task of tasks.values()) for (const stage of task.stages) expect(stage.outcome).not.toBeNull();
  });
});
