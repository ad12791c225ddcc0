import { rmSync } from "node:fs";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import type { Params, Result } from "@harness/protocol";
import { type ScenarioInput, startScriptedModel } from "../../packages/server/src/agents/testing/index.ts";
import { type App, type AppOptions, createApp } from "../../packages/server/src/app.ts";
import { type RunningServer, startHttp } from "../../packages/server/src/start-server.ts";
import { makeRepository } from "../../packages/server/test/support/git-fixture.ts";
import { testDir, writeConfig } from "../../packages/server/test/support/test-app.ts";
import { showcaseScenario } from "./showcase-scenario.ts";

/** A real server whose agents are driven by a SCRIPTED model; what each does is said by a word of its prompt. */
export interface Showcase extends AsyncDisposable {
  readonly server: RunningServer;
  readonly client: HarnessClient;
  /** The event log of the server as it runs now, for more events than agents tell. */
  readonly log: App["log"];
  /** The repository of the project `shop`. */
  readonly repository: string;
  /** The directory of this server, with its data. */
  readonly dir: string;
  /** Submits a task of the project `shop`. */
  submit(prompt: string, more?: Partial<Params<"task/create">>): Promise<string>;
  /** The task as soon as it fits. */
  until(task_id: string, fits: (task: Result<"task/get">) => boolean): Promise<Result<"task/get">>;
  /** The task once it has ended or waits. */
  settled(task_id: string): Promise<Result<"task/get">>;
  /** Stops the server and starts it again on its port and data. */
  restart(): Promise<void>;
}

export interface ShowcaseOptions {
  /** Further lines of the configuration. */
  readonly config?: string;
  /** What the SCRIPTED model does besides, looked at first. */
  readonly steps?: ScenarioInput["steps"];
  /** False: no project, as after an installation. */
  readonly project?: boolean;
  /** True: the server is started in the repository. */
  readonly inRepository?: boolean;
  /** Further files of the repository. */
  readonly files?: Readonly<Record<string, string>>;
}

const files = {
  "README.md": "# Shop\n\nA basket and its sum.\n",
  "AGENTS.md": "Keep functions small. Run `node check.js` before you are done.\n",
  "src/sum.js": "module.exports = (a, b) => a - b;\n",
  "check.js": `const sum = require("./src/sum.js");
if (sum(1, 2) !== 3) { console.error("\\u001b[31mexpected 3, got " + sum(1, 2) + "\\u001b[0m"); console.log("0 passed, 1 failed"); process.exit(1); }
console.log("1 passed, 0 failed");
`,
};

/** Starts it. */
export async function showcase(options: ShowcaseOptions = {}): Promise<Showcase> {
  const dir = testDir("browser");
  const steps = [...(options.steps ?? []), ...showcaseScenario.steps];
  const model = await startScriptedModel({ scenario: { ...showcaseScenario, steps } });
  const config = `${options.config ?? ""}
[agents.anthropic_api]
base_url = "${model.url}"
api_key = "k"
default_model = "scripted-shop"
[agents.openai_api]
base_url = "${model.url}/v1"
api_key = "k"
default_model = "scripted-reviewer"
`;
  const repository = makeRepository(path.join(dir, "shop"), { ...files, ...options.files });
  let app: App;
  const start = async (port: number) => {
    const appOptions: AppOptions = {
      flags: {
        config: writeConfig(dir, { config }),
        "data-dir": path.join(dir, "data"),
        port: String(port),
      },
      env: {
        PATH: process.env["PATH"] ?? "",
        HARNESS_UP_KEEP_AWAKE: "false",
        HARNESS_ALLOWED_PROJECT_ROOTS: dir,
      },
      cwd: options.inRepository === true ? repository : dir,
      home: dir,
      platform: process.platform,
      stderr: () => {},
    };
    app = await createApp(appOptions);
    return startHttp(app, appOptions);
  };
  let server = await start(0);
  const { url, token } = server;
  const client = new HarnessClient({ url, token });
  if (options.project !== false)
    await client.call("project/create", {
      root: repository,
      id: "shop",
      validation: [{ name: "test", argv: [process.execPath, "check.js"] }],
    });
  const until: Showcase["until"] = async (task_id, fits) => {
    for (;;) {
      const task = await client.call("task/get", { task_id });
      if (fits(task)) return task;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    get server() {
      return server;
    },
    client,
    get log() {
      return app.log;
    },
    repository,
    dir,
    until,
    settled: (task_id) =>
      until(
        task_id,
        ({ status, finished_at, attempt_history }) =>
          (status === "waiting" || finished_at !== null) &&
          attempt_history.every((attempt) => attempt.status !== "running"),
      ),
    submit: async (prompt, more = {}) =>
      (
        await client.call("task/create", {
          project: "shop",
          prompt,
          agent: "anthropic_api",
          reviewer: "openai_api",
          ...more,
        })
      ).task_id,
    async restart() {
      await server.stop("restart");
      server = await start(Number(new URL(url).port));
    },
    async [Symbol.asyncDispose]() {
      await server.stop("test over");
      await model.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
