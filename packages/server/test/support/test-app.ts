import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import {
  type Clock,
  type Event,
  type OperationName,
  type Params,
  type Result,
  type TaskStatus,
  terminalStatuses,
} from "@harness/protocol";
import { type App, createApp } from "../../src/app.ts";
import { operator } from "../../src/operator.ts";
import type { Failpoint } from "../../src/turns/index.ts";

/** One app on its own data directory, with agents that are small real programs. */
export interface TestApp extends AsyncDisposable {
  readonly app: App;
  readonly dir: string;
  call<N extends OperationName>(name: N, params: Params<N>): Promise<Result<N>>;
  /** Resolves when the task ends or waits for a person. */
  settled(taskId: string): Promise<Result<"task/get">>;
  /** Resolves with the first event that fits, from the beginning of the log. */
  event(fits: (event: Event) => boolean): Promise<Event>;
}

export interface TestAppOptions {
  /** Command agents: name → source of a Node program that gets the prompt on stdin and works in its directory. */
  readonly agents?: Record<string, { source: string; roles?: string[] }>;
  readonly config?: string;
  readonly dir?: string;
  readonly failpoint?: Failpoint;
  readonly env?: Record<string, string>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** False builds the app and starts nothing: no task is claimed. */
  readonly start?: boolean;
}

/** A directory for one test, outside the system's temporary directory: agents must not find their homes there. */
export function testDir(name: string): string {
  const base = path.join(homedir(), ".cache", "harness-tests");
  mkdirSync(base, { recursive: true });
  return mkdtempSync(path.join(base, `${name}-`));
}

/** Writes the configuration of a test app and returns its path. */
export function writeConfig(dir: string, options: Pick<TestAppOptions, "agents" | "config">): string {
  const lines = [
    "[limits]",
    "kill_grace_ms = 300",
    "retry_base_backoff_ms = 0",
    "retry_max_backoff_ms = 0",
    options.config ?? "",
  ];
  mkdirSync(path.join(dir, "bin"), { recursive: true });
  for (const [name, agent] of Object.entries(options.agents ?? {})) {
    const file = path.join(dir, "bin", `${name}.mjs`);
    writeFileSync(file, agent.source);
    lines.push(
      `[agents.command.${name}]`,
      `argv = [${JSON.stringify(process.execPath)}, "-e", ${JSON.stringify(agentProgram(agent.source))}]`,
    );
    if (agent.roles) lines.push(`roles = ${JSON.stringify(agent.roles)}`);
  }
  const file = path.join(dir, "config.toml");
  writeFileSync(file, lines.join("\n"));
  return file;
}

/** The program goes in the arguments: the sandbox shows an agent none of the test's files. */
function agentProgram(source: string): string {
  return source;
}

export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dir = options.dir ?? testDir("app");
  const config = writeConfig(dir, options);
  const app = await createApp({
    flags: { config, "data-dir": path.join(dir, "data") },
    env: { PATH: process.env["PATH"] ?? "", HARNESS_UP_KEEP_AWAKE: "false", ...options.env },
    cwd: dir,
    home: dir,
    platform: process.platform,
    stderr: () => {},
    ...(options.failpoint ? { failpoint: options.failpoint } : {}),
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.random ? { random: options.random } : {}),
  });
  if (options.start !== false) await app.start();
  const call = async <N extends OperationName>(name: N, params: Params<N>) =>
    (await app.invoker.invoke(name, params, operator)) as Result<N>;
  const event = async (fits: (event: Event) => boolean): Promise<Event> => {
    const opened = app.feeds.open({}, 0);
    if (opened.status !== "ok") throw new Error("the log was pruned");
    const signal = new AbortController().signal;
    for (;;) {
      for (const frame of await opened.cursor.take()) if (fits(frame.event)) return frame.event;
      await opened.cursor.wait(signal);
    }
  };
  const ended: readonly TaskStatus[] = [...terminalStatuses, "waiting"];
  return {
    app,
    dir,
    call,
    event,
    async settled(taskId) {
      // The attempt's end comes last, after grade and cleanup.
      const opened = app.feeds.open({ task_id: taskId }, 0);
      if (opened.status !== "ok") throw new Error("the log was pruned");
      for (;;) {
        await opened.cursor.take();
        const task = await call("task/get", { task_id: taskId });
        const live = task.attempt_history.some((attempt) => attempt.status === "running");
        if (ended.includes(task.status) && !live) return task;
        await opened.cursor.wait(AbortSignal.timeout(60_000));
      }
    },
    async [Symbol.asyncDispose]() {
      await app.stop("test over");
      if (!options.dir) rmSync(dir, { recursive: true, force: true });
    },
  };
}
