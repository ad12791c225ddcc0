import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { locateClaude } from "../../src/agents/claude/locate.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { logIn, vendorPrograms } from "../agents/world.ts";
import { type HostWorld, hostWorld } from "./host-world.ts";

const programs = vendorPrograms();
const HARNESS = path.join(import.meta.dirname, "..", "..", "..", "cli", "bin", "harness.js");

const INSPECTOR = path.join(
  import.meta.dirname,
  "../../../../test/agents/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
);

/** A model that makes one call of a tool and then says so. */
function calling(name: string, input: Record<string, string | number>): Promise<ScriptedModel> {
  return startScriptedModel({
    scenario: {
      name: "host",
      steps: [{ name: "call", answers: [[{ tool: { name, input } }], [{ say: "The tool answered." }]] }],
    },
  });
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Promise<Ended> {
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...text })));
}

/** The two ways a host reaches the server: by its address, or by the command it starts. */
const ways = ["http", "stdio"] as const;
type Way = (typeof ways)[number];

/** A vendor's command line as a host: asks its model once, with Harness as its only server of tools. */
interface Host {
  readonly name: string;
  /** The tool's name as this host tells it to its model. */
  tool(name: string): string;
  ask(model: ScriptedModel, way: Way): Promise<Ended>;
}

describe.skipIf(programs === undefined)("the real command lines as hosts", () => {
  let world: HostWorld;
  beforeAll(async () => {
    world = await hostWorld();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const stdioEnv = () => ({
    PATH: process.env["PATH"] ?? "",
    HOME: world.dir,
    HARNESS_DATA_DIR: path.join(world.dir, "data"),
  });

  const claude: Host = {
    name: "claude",
    tool: (name) => `mcp__harness__${name}`,
    async ask(model, way) {
      const server =
        way === "http"
          ? {
              type: "http",
              url: `${world.url}/mcp`,
              headers: { Authorization: `Bearer ${world.server.token}` },
            }
          : { command: process.execPath, args: [HARNESS, "mcp"], env: stdioEnv() };
      const config = path.join(world.dir, `claude-${way}.json`);
      writeFileSync(config, JSON.stringify({ mcpServers: { harness: server } }));
      const home = path.join(world.dir, "claude-home");
      mkdirSync(home, { recursive: true });
      const args = [
        ...["-p", "Please do it", "--output-format", "json", "--model", model.model],
        ...["--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__harness"],
      ];
      const env = {
        PATH: process.env["PATH"] ?? "",
        HOME: home,
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: "x",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        ENABLE_TOOL_SEARCH: "false",
      };
      return run(await locateClaude(programs?.claude ?? ""), args, env, world.root);
    },
  };

  const codex: Host = {
    name: "codex",
    tool: (name) => `mcp__harness/${name}`,
    async ask(model, way) {
      const home = path.join(world.dir, `codex-${way}`);
      logIn(home, model.url);
      const server =
        way === "http"
          ? [`url = "${world.url}/mcp"`, 'bearer_token_env_var = "HARNESS_TOKEN"']
          : [
              `command = ${JSON.stringify(process.execPath)}`,
              `args = ${JSON.stringify([HARNESS, "mcp"])}`,
              "[mcp_servers.harness.env]",
              ...Object.entries(stdioEnv()).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
            ];
      const file = path.join(home, ".codex", "config.toml");
      writeFileSync(
        file,
        `\n[mcp_servers.harness]\nrequired = true\nstartup_timeout_sec = 60\n${server.join("\n")}\n`,
        { flag: "a" },
      );
      const args = ["exec", "--json", "--skip-git-repo-check", "--model", model.model, "Please do it"];
      const env = {
        PATH: process.env["PATH"] ?? "",
        HOME: home,
        CODEX_HOME: path.join(home, ".codex"),
        HARNESS_TOKEN: world.server.token,
      };
      return run(process.execPath, [programs?.codex ?? "", ...args], env, world.root);
    },
  };

  for (const host of [claude, codex])
    it.each(ways)(`${host.name} submits a task and follows it, over %s [req:mcp.real-hosts]`, async (way) => {
      await using first = await calling(host.tool("task_create"), {
        project: "app",
        prompt: `Make sum add, for ${host.name} over ${way}`,
      });
      const submitted = await host.ask(first, way);
      const tools = first.requests.at(0)?.tools ?? [];
      expect(submitted.code, submitted.err + submitted.out).toBe(0);
      expect(tools.join(" ")).toContain("mcp__harness");
      const { data } = await world.client.call("task/list", {});
      const task = data.find(({ title }) => title.includes(`${host.name} over ${way}`));
      expect(task, submitted.out).toBeDefined();
      await using second = await calling(host.tool("task_wait"), {
        task_id: task?.id ?? "",
        timeout_secs: 40,
      });
      const followed = await host.ask(second, way);
      expect(followed.code, followed.err + followed.out).toBe(0);
      expect(second.requests.at(-1)?.body).toContain('\\"settled\\":true');
      expect(await world.client.call("task/get", { task_id: task?.id ?? "" })).toMatchObject({
        status: "done",
      });
    });

  it.each(ways)("the inspector finds nothing to complain of, over %s [req:mcp.inspector]", async (way) => {
    const target =
      way === "http"
        ? [
            `${world.url}/mcp`,
            "--transport",
            "http",
            "--header",
            `Authorization: Bearer ${world.server.token}`,
          ]
        : [process.execPath, HARNESS, "mcp", "-e", `HARNESS_DATA_DIR=${stdioEnv().HARNESS_DATA_DIR}`];
    const inspect = (...args: string[]) =>
      run(
        process.execPath,
        [INSPECTOR, "--cli", ...target, ...args],
        { ...stdioEnv(), HOME: world.dir },
        world.dir,
      );
    const listed = await inspect("--method", "tools/list", "--strict");
    expect(listed.code, listed.err).toBe(0);
    expect(listed.out).toContain("task_create");
    const called = await inspect(
      ...["--method", "tools/call", "--tool-name", "task_create"],
      ...["--tool-arg", "project=app", "--tool-arg", `prompt=Make sum add, over ${way}`],
    );
    expect(called.code, called.err).toBe(0);
    const [, task_id] = /"(task_[0-9A-Z]{26})"/.exec(called.out) ?? [];
    // What the bridge carries is the same from here on, and every call starts two programs.
    if (way === "stdio") return;
    const waited = await inspect(
      ...["--method", "tools/call", "--tool-name", "task_wait"],
      ...["--tool-arg", `task_id=${task_id ?? ""}`],
    );
    expect(waited.out).toContain("settled");
    const read = await inspect("--method", "resources/read", "--uri", `harness://tasks/${task_id ?? ""}`);
    expect(read.code, read.err).toBe(0);
    expect(read.out).toContain(task_id);
    expect((await inspect("--method", "prompts/list")).out).toContain("morning_report");
    expect((await inspect("--method", "resources/templates/list")).out).toContain(
      "harness://tasks/{task_id}",
    );
  });
});
