import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Event, EventType, Params, Result } from "@harness/protocol";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type TestApp, type TestAppOptions, testApp } from "../support/test-app.ts";

/** What every agent program begins with: its prompt, its round, and short names for what it does. */
const prelude = `
const fs = require("node:fs"), cp = require("node:child_process");
const prompt = fs.readFileSync(0, "utf8");
const round = Number(/^Round: (\\d+)$/m.exec(prompt)?.[1]);
const write = (file, text) => fs.writeFileSync(file, text);
const say = (text) => process.stdout.write(text + "\\n");
const answer = (verdict, findings = []) => say(JSON.stringify({ verdict, summary: "read it", findings }));
const finding = (severity) => ({ file: "sum.js", line: 1, severity, title: "wrong sum", scenario: "sum(1, 2) gives 4" });
`;

/** A program that implements: its statements see \`prompt\`, \`round\`, \`write\` and \`say\`. */
export function implementer(body: string) {
  return { source: `${prelude}${body}`, roles: ["implementer"] };
}

/** A program that reviews: its statements see \`prompt\`, \`round\`, \`answer\` and \`finding\`. */
export function reviewer(body: string) {
  return { source: `${prelude}${body}`, roles: ["reviewer"] };
}

/** A reviewer that approves whatever it is shown. */
export const approves = reviewer(`answer("approved");`);

/** An agent that writes the right sum at once. */
export const writesSum = implementer(`write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("done");`);

/** A repository whose test fails until sum.js is right. */
export const sumFiles = {
  "README.md": "# sum\n",
  "check.js": `if (require("./sum.js")(1, 2) !== 3) { console.error("expected 3"); process.exit(1); } console.log("1 passed, 0 failed");\n`,
  "sum.js": "module.exports = (a, b) => a - b;\n",
};

/** Proves the work of a sum repository. */
export const sumCheck = { name: "test", argv: [process.execPath, "check.js"] };

/** A test app with one project on a fresh repository. */
export interface World extends TestApp {
  readonly root: string;
  /** Submits a task of the project and waits until it ends or waits. */
  run(params?: Partial<Params<"task/create">>): Promise<Result<"task/get">>;
  submit(params?: Partial<Params<"task/create">>): Promise<string>;
  /** The events of a task, in order. */
  events(taskId: string, ...types: EventType[]): Promise<Event[]>;
  /** A path in the directory of this test. */
  path(...parts: string[]): string;
}

export interface WorldOptions extends TestAppOptions {
  /** Where the app keeps its tables: SQLite, unless HARNESS_TEST_DATABASE says postgres. A database is the world's own. */
  readonly database?: "sqlite" | "postgres";
  readonly files?: Record<string, string>;
  readonly project?: Omit<Params<"project/create">, "root">;
}

/** Builds an app and registers a repository as the project "app". With `dir`, an existing one is used again. */
export async function world(options: WorldOptions = {}): Promise<World> {
  const postgres =
    (options.database ?? process.env["HARNESS_TEST_DATABASE"]) === "postgres"
      ? await startPostgres()
      : undefined;
  const env = { ...options.env, ...(postgres ? { HARNESS_DATABASE_URL: postgres.url } : {}) };
  const app = await testApp({ agents: { writer: writesSum, critic: approves }, ...options, env });
  const root = path.join(app.dir, "repo");
  if (!existsSync(root)) {
    makeRepository(root, options.files ?? sumFiles);
    await app.call("project/create", { root, id: "app", validation: [sumCheck], ...options.project });
  }
  const submit = async (params: Partial<Params<"task/create">> = {}) =>
    (await app.call("task/create", { prompt: "Make sum add", ...params })).task_id;
  return {
    ...app,
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await postgres?.stop();
    },
    root,
    submit,
    run: async (params) => app.settled(await submit(params)),
    events: async (task_id, ...types) => {
      const all: Event[] = [];
      for (let after = 0, more = true; more; ) {
        const page = await app.app.log.read({ afterSeq: after, filter: { task_id, types } });
        all.push(...page);
        after = page.at(-1)?.seq ?? after;
        more = page.length === 500;
      }
      return all;
    },
    path: (...parts) => path.join(app.dir, ...parts),
  };
}

/** What must be gone after every task: processes of its attempts, working trees, process records. */
export function leftovers(dir: string, attemptIds: readonly string[]): string[] {
  const left: string[] = [];
  for (const folder of ["workspaces", "processes"]) {
    const at = path.join(dir, "data", folder);
    for (const name of existsSync(at) ? readdirSync(at) : []) left.push(`${folder}/${name}`);
  }
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const environment = readOrEmpty(`/proc/${pid}/environ`);
    for (const id of attemptIds)
      if (environment.includes(`HARNESS_RUN=${id}`)) left.push(`process ${pid} of ${id}`);
  }
  return left;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
