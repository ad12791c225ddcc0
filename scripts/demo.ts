// `npm run demo`: one task through every stage on the example project, played by a script, with real git, real
// validation and a real review. Arguments: `--once` exits when the task is done; `--sandbox none` runs unconfined.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { HarnessClient } from "@harness/client";
import { startServer } from "../packages/server/src/index.ts";

const root = path.resolve(import.meta.dirname, "..");
const { values: options } = parseArgs({
  options: {
    once: { type: "boolean", default: false },
    sandbox: { type: "string", default: "auto" },
    port: { type: "string" },
  },
});
const say = (text = "") => process.stdout.write(`${text}\n`);

/** A place of its own, away from any real installation. */
function makePlace(): string {
  const base = path.join(homedir(), ".cache", "harness-demo");
  mkdirSync(base, { recursive: true });
  return mkdtempSync(path.join(base, "run-"));
}

/** The usual port when it is free, else any. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(0));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(wanted)));
  });
}

/** Runs the very command a user would type, and shows it. */
async function harness(server: { url: string; token: string }, args: string[]): Promise<void> {
  say(`\n$ harness ${args.map((arg) => (/[^\w./:@=-]/.test(arg) ? JSON.stringify(arg) : arg)).join(" ")}`);
  const child = spawn(
    process.execPath,
    ["--no-warnings", path.join(root, "packages/cli/bin/harness.js"), ...args],
    {
      cwd: dir,
      env: { ...process.env, HARNESS_URL: server.url, HARNESS_TOKEN: server.token },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  await new Promise((resolve) => child.once("exit", resolve));
}

const dir = makePlace();
say("The agents of this demo are played by a SCRIPT: no model, no account, no cost.");
say("Everything else is real: git, the sandbox, the validation runs, the review round, the branch.\n");
const server = await startServer({
  flags: { port: options.port ?? String(await freePort(9800)), "data-dir": path.join(dir, "data") },
  env: { PATH: process.env["PATH"], HARNESS_SANDBOX: options.sandbox, HARNESS_LOG_LEVEL: "warn" },
  cwd: dir,
  home: dir,
  platform: process.platform,
  stderr: (line) => say(line),
});

async function close(code: number): Promise<never> {
  await server.stop("demo over");
  rmSync(dir, { recursive: true, force: true });
  process.exit(code);
}

const client = new HarnessClient(server);
const doctor = await client.call("server/doctor", {});
const sandbox = doctor.checks.find((check) => check.name === "sandbox");
if (sandbox && !sandbox.ok) {
  say(
    `No sandbox works here: ${sandbox.detail}\nFix: ${sandbox.fix}\nOr try the demo unconfined: npm run demo -- --sandbox none`,
  );
  await close(1);
}
await harness(server, ["project", "example"]);
const { project, task: example } = await client.call("project/example", {});
const { task_id } = await client.call("task/create", { ...example, source: "demo" });
say(`\n$ harness task submit ${JSON.stringify(example.prompt)}\n${task_id}`);
await harness(server, ["task", "watch", task_id]);
await harness(server, ["task", "show", task_id]);
const task = await client.call("task/get", { task_id });
say("\nWhat you have now");
say(`  branch    ${task.branch ?? "none"}  (git -C ${project.root} log ${task.branch ?? ""})`);
for (const evidence of task.evidence_history) {
  const counts = evidence.counts
    ? `, ${evidence.counts.passed} passed, ${evidence.counts.failed} failed`
    : "";
  say(
    `  evidence  VERIFIED ${evidence.commit.slice(0, 12)} ${evidence.command.join(" ")}: exit ${evidence.exit_code}${counts}, output sha256 ${evidence.output_sha256.slice(0, 12)}`,
  );
}
for (const review of task.review_history)
  say(
    `  review    round ${review.round} by ${review.agent}: ${review.verdict}, ${review.findings.length} findings`,
  );
say(`  grade     ${task.grade?.letter ?? "none"} (${task.grade?.score ?? "-"} of 100)`);
say(`  browser   ${server.loginUrl()}  (logs in once, for two minutes)`);
if (options.once) await close(task.status === "done" ? 0 : 1);
say("\nThe server stays up; Ctrl-C ends it and removes the demo.");
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close(0));
