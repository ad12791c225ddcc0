import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import type { WrapFunction } from "../../src/agents/index.ts";
import { contractScenario } from "../../src/agents/testing/contract-scenario.ts";
import { contractCanary } from "../../src/agents/testing/contract-turn.ts";
import { GarblingRunner } from "../../src/agents/testing/garbling-runner.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/testing/scripted-model.ts";
import { sandboxKeys } from "../../src/config/sandbox-keys.ts";
import { ProcessRunner } from "../../src/process/index.ts";
import { createSandbox, type RefusedHost } from "../../src/sandbox/index.ts";

const CLI_FOLDER = fileURLToPath(new URL("../../../../test/agents/", import.meta.url));

/** Everything an adapter test needs, in one directory that is removed at the end. */
export interface World extends AsyncDisposable {
  readonly root: string;
  readonly runner: ProcessRunner;
  readonly model: ScriptedModel;
  /** The sandbox with the network agents have unless told otherwise: the hosts the adapter names. */
  readonly sandbox: WrapFunction;
  /** What programs wanted to reach besides, in order. */
  readonly refused: readonly RefusedHost[];
  /** Where no agent may write. */
  readonly outside: string;
  /** The server's environment as an operator's shell may leave it, canary included. */
  readonly host_env: Record<string, string>;
  /** A runner that mixes garbage, and these lines of the dialect, into what programs say. */
  garbling(unknown: readonly string[]): ProcessRunner;
  workspace(): Promise<string>;
  survivors(attempt_id: string): Promise<number>;
}

/** Builds a world with the real sandbox of this machine; below the home directory, where Codex accepts to work. */
export async function openWorld(): Promise<World> {
  const root = await mkdtemp(path.join(os.homedir(), ".harness-agents-test-"));
  const running = { clock: systemClock, ledgerDir: path.join(root, "ledger"), killGraceMs: 1000 };
  const runners = [new ProcessRunner(running)];
  const [runner] = runners as [ProcessRunner];
  const outside = path.join(root, "outside", "escaped.txt");
  await mkdir(path.dirname(outside));
  const model = await startScriptedModel({
    scenario: contractScenario(outside, new Date(Date.now() + 2 * 3_600_000)),
  });
  const driver = createSandbox({ runner, choice: "auto", scratchDir: path.join(root, "scratch") });
  const refused: RefusedHost[] = [];
  let workspaces = 0;
  return {
    root,
    runner,
    model,
    outside,
    refused,
    host_env: {
      PATH: process.env["PATH"] ?? "",
      CLAUDECODE: "1",
      CLAUDE_CODE_ENTRYPOINT: "cli",
      GITHUB_TOKEN: contractCanary.value,
      [contractCanary.name]: contractCanary.value,
    },
    sandbox: (spec) =>
      driver.wrap({
        file: spec.file,
        args: spec.args,
        env: spec.env,
        profile: "workspace-write",
        workspace: path.join(root, `workspace-${workspaces}`),
        readable: spec.readable,
        writable: spec.state,
        writableFiles: spec.writable_files,
        network: spec.network ? { hosts: spec.hosts ?? [] } : "none",
        onRefusedHost: (one) => refused.push(one),
        protected: sandboxKeys["sandbox.protected_paths"].default,
        hidden: [path.join(root, "state"), path.join(root, "outside")],
      }),
    workspace: async () => {
      workspaces += 1;
      const made = path.join(root, `workspace-${workspaces}`);
      await mkdir(made);
      return made;
    },
    garbling: (unknown) => {
      const made = new GarblingRunner(running, unknown);
      runners.push(made);
      return made;
    },
    survivors: async (attempt_id) =>
      runners.flatMap((one) => one.live()).filter(({ cookie }) => cookie === attempt_id).length,
    [Symbol.asyncDispose]: async () => {
      await model.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Installs the vendors' command lines when needed; undefined, said loudly, when the registry does not give them. */
export function vendorPrograms(): Record<"claude" | "codex" | "gemini" | "opencode", string> | undefined {
  const installed = spawnSync(process.execPath, [path.join(CLI_FOLDER, "install.mjs")], { encoding: "utf8" });
  const scope = path.join(CLI_FOLDER, "node_modules");
  const claude = path.join(scope, "@anthropic-ai/claude-code/bin/claude.exe");
  const codex = path.join(scope, "@openai/codex/bin/codex.js");
  const gemini = path.join(scope, "@google/gemini-cli/bundle/gemini.js");
  // Its own file only looks for the program of the platform's package.
  const opencode = path.join(scope, `opencode-${process.platform}-${process.arch}`, "bin", "opencode");
  const programs = { claude, codex, gemini, opencode };
  if (installed.status === 0 && Object.values(programs).every((file) => existsSync(file))) return programs;
  console.error(
    `\n!!! SKIPPED: the vendors' real command lines could not be installed.\n${installed.stderr}\n`,
  );
  return undefined;
}

/** The operator's logins, in the files the vendors' programs keep them in. */
export function logIn(home: string, url: string, options: { readonly retries?: boolean } = {}): void {
  mkdirSync(path.join(home, ".claude"), { recursive: true });
  mkdirSync(path.join(home, ".codex"), { recursive: true });
  const claudeAiOauth = {
    accessToken: "sk-ant-oat01-test",
    refreshToken: "sk-ant-ort01-test",
    expiresAt: 4_102_444_800_000,
    scopes: ["user:inference"],
    subscriptionType: "max",
  };
  writeFileSync(path.join(home, ".claude", ".credentials.json"), JSON.stringify({ claudeAiOauth }));
  const auth = {
    auth_mode: "apikey",
    OPENAI_API_KEY: "sk-test-file-login",
    tokens: null,
    last_refresh: null,
  };
  writeFileSync(path.join(home, ".codex", "auth.json"), JSON.stringify(auth));
  const provider = `name = "scripted"\nbase_url = "${url}/v1"\nwire_api = "responses"\nrequires_openai_auth = true\n`;
  const retries = options.retries === false ? "request_max_retries = 0\nstream_max_retries = 0\n" : "";
  writeFileSync(
    path.join(home, ".codex", "config.toml"),
    `model_provider = "scripted"\n[model_providers.scripted]\n${provider}${retries}`,
  );
}

/** OpenCode with the scripted model as its provider. */
export function openCodeSettings(
  { model }: Pick<World, "model">,
  programs: Pick<NonNullable<ReturnType<typeof vendorPrograms>>, "opencode"> | undefined,
) {
  const configuration = JSON.stringify(openCodeConfiguration(model));
  return {
    argv: [programs?.opencode ?? "", "acp", "--print-logs", "--log-level", "ERROR"],
    home_files: { ".config/opencode/opencode.json": configuration },
    set_env: { OPENCODE_DISABLE_MODELS_FETCH: "1" },
    model: `scripted/${model.model}`,
  };
}

/** A provider as an operator configures it; the prices are dollars for a million tokens. */
function openCodeConfiguration({ url, model }: ScriptedModel): object {
  const limit = { context: 200_000, output: 8_192 };
  const models = { [model]: { cost: { input: 3, output: 15 }, limit } };
  const options = { baseURL: `${url}/v1`, apiKey: "key" };
  return { provider: { scripted: { npm: "@ai-sdk/anthropic", options, models } } };
}
