import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AcpAgent,
  type Agent,
  type AgentTurn,
  ClaudeAgent,
  CodexAgent,
  CommandAgent,
  type WrapFunction,
} from "../../src/agents/index.ts";
import { openWorld, type World } from "./world.ts";

/** Every process gets these two from the runner: they name the attempt and the server, and open nothing. */
const marks = ["HARNESS_OWNER", "HARNESS_RUN"];
const plain = ["LANG", "PATH", "TERM", "TZ"];
const network = [
  "ALL_PROXY",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "NO_PROXY",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "all_proxy",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];
/** What no agent ever gets, though the server has it and the operator may have listed it. */
const kept = [
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "GITHUB_ENTERPRISE_TOKEN",
  "GH_ENTERPRISE_TOKEN",
  "HARNESS_TOKEN",
  "HARNESS_API_TOKEN",
  "HARNESS_DATABASE_URL",
  "HARNESS_CONFIG",
  "CLAUDECODE",
  "CLAUDE_CODE_ENTRYPOINT",
  "AWS_SECRET_ACCESS_KEY",
  "NPM_TOKEN",
  "SSH_AUTH_SOCK",
  "LD_PRELOAD",
  "NODE_OPTIONS",
];
const logins = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_BASE_URL",
  "ANTHROPIC_CUSTOM_HEADERS",
  "ANTHROPIC_MODEL",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "CODEX_API_KEY",
  "GEMINI_API_KEY",
  "GOOGLE_API_KEY",
  "GOOGLE_CLOUD_PROJECT",
  "GOOGLE_GEMINI_BASE_URL",
  "OPENAI_API_KEY",
  "OPENCODE_API_KEY",
  "OPENROUTER_API_KEY",
];

describe("the environment of an agent's process", () => {
  let w: World;
  let shared: ConstructorParameters<typeof CommandAgent>[0] & { home: string };
  const set_env = { names: ["MINE", "GH_TOKEN"], read: async () => ({ MINE: "m", GH_TOKEN: "canary" }) };

  beforeAll(async () => {
    w = await openWorld();
    const program = path.join(w.root, "program");
    writeFileSync(program, "#!/bin/sh\nexit 1\n");
    chmodSync(program, 0o755);
    const host_env = Object.fromEntries(
      [...plain, ...network, ...kept, ...logins].map((name) => [name, `value-of-${name}`]),
    );
    shared = {
      runner: w.runner,
      clock: systemClock,
      name: "one",
      home: path.join(w.root, "operator"),
      state_dir: path.join(w.root, "state"),
      argv: [program],
      host_env: { ...host_env, PATH: process.env["PATH"] ?? "" },
      set_env,
    };
  });
  afterAll(() => w[Symbol.asyncDispose]());

  /** Runs a turn of the adapter with a program in place of the agent's that writes down what it got. */
  async function got(agent: Agent): Promise<string[]> {
    const seen = path.join(w.root, `seen-${agent.name}.json`);
    const source = `require("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env))`;
    const sandbox: WrapFunction = async ({ env }) => ({ file: process.execPath, args: ["-e", source], env });
    const turn: AgentTurn = {
      prompt: "go",
      workspace: await w.workspace(),
      access: "workspace-write",
      attempt_id: "att_environment",
      turn_timeout_ms: 60_000,
      idle_timeout_ms: 60_000,
      sandbox,
      approve: async () => ({ decision: "deny", reason: "nobody asks here" }),
      signal: new AbortController().signal,
    };
    for await (const _ of agent.run(turn));
    const env: Record<string, string> = JSON.parse(readFileSync(seen, "utf8"));
    for (const [name, value] of Object.entries(env)) if (kept.includes(name)) expect(value).toBe("");
    expect(JSON.stringify(env)).not.toContain("canary");
    return Object.keys(env).sort();
  }
  const exactly = (...names: readonly string[]) => [...plain, ...network, ...marks, "MINE", ...names].sort();

  it("of Claude Code is what it needs to log in and reach its model, and nothing else [req:agents.environment]", async () => {
    const names = await got(new ClaudeAgent({ ...shared, name: "claude", executable: shared.argv[0]! }));
    expect(names).toEqual(
      exactly(
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_CUSTOM_HEADERS",
        "ANTHROPIC_MODEL",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "CLAUDE_CODE_DISABLE_ATTACHMENTS",
        "CLAUDE_CODE_DISABLE_AUTO_MEMORY",
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS",
        "CLAUDE_CODE_DISABLE_FILE_MENTIONS",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
        "CLAUDE_CODE_ENABLE_TASKS",
        "CLAUDE_CODE_ENABLE_TODO_TOOLS",
        "CLAUDE_CONFIG_DIR",
        "DISABLE_AUTOUPDATER",
        "HOME",
      ),
    );
  });

  it.each(["app-server", "exec"] as const)(
    "of Codex, spoken to by %s [req:agents.environment]",
    async (mode) => {
      const executable = shared.argv[0]!;
      const names = await got(
        new CodexAgent({ ...shared, name: `codex-${mode}`, executable, mode, random: () => 0 }),
      );
      expect(names).toEqual(exactly("CODEX_API_KEY", "CODEX_HOME", "HOME"));
    },
  );

  it("of OpenCode [req:agents.environment]", async () => {
    const names = await got(new AcpAgent({ ...shared, name: "opencode", settings: { argv: shared.argv } }));
    expect(names).toEqual(
      exactly(
        "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY",
        "HOME",
        "OPENAI_API_KEY",
        "OPENCODE_API_KEY",
        "OPENCODE_DISABLE_AUTOUPDATE",
        "OPENCODE_DISABLE_CLAUDE_CODE",
        "OPENCODE_DISABLE_LSP_DOWNLOAD",
        "OPENCODE_DISABLE_PROJECT_CONFIG",
        "OPENCODE_PERMISSION",
        "OPENROUTER_API_KEY",
      ),
    );
  });

  it("of Gemini CLI [req:agents.environment]", async () => {
    const names = await got(new AcpAgent({ ...shared, name: "gemini", settings: { argv: shared.argv } }));
    expect(names).toEqual(
      exactly(
        "GEMINI_API_KEY",
        "GEMINI_CLI_NO_RELAUNCH",
        "GOOGLE_API_KEY",
        "GOOGLE_CLOUD_PROJECT",
        "GOOGLE_GEMINI_BASE_URL",
        "HOME",
      ),
    );
  });

  it("of a program of the operator's has what he listed, but what no agent gets [req:agents.environment]", async () => {
    const variables = [...kept, "OPENAI_API_KEY"].filter((name) => !/^(LD_|NODE_O|AWS|NPM|SSH)/.test(name));
    const names = await got(new CommandAgent({ ...shared, name: "mine", variables }));
    expect(names).toEqual(exactly("OPENAI_API_KEY"));
  });
});
