import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { z } from "zod";
import {
  AcpAgent,
  type Agent,
  ApiAgent,
  ClaudeAgent,
  CodexAgent,
  CommandAgent,
  type TurnStep,
} from "../../src/agents/index.ts";
import type { Recording } from "../../src/agents/recording.ts";
import { readRecording } from "../../src/agents/recording-files.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import { Outbound } from "../../src/outbound/index.ts";
import type { World } from "./world.ts";

/** Where recordings of real programs and of endpoints are stored. */
export const FIXTURES = fileURLToPath(new URL("../fixtures/recordings/", import.meta.url));
type Recorded = readonly [name: string, agent: string, prompt: string];

/** What is recorded of each program: the words of a contract turn. */
export const ofPrograms: readonly Recorded[] = [
  ["claude-writes", "claude", contractWords.write],
  ["claude-refused", "claude", contractWords.outside("/outside/escaped.txt")],
  ["claude-steered", "claude", contractWords.wait],
  ["claude-asks", "claude", contractWords.question],
  ["claude-quota", "claude", contractWords.quota],
  ["codex-writes", "codex", contractWords.write],
  ["codex-steered", "codex", contractWords.wait],
  ["codex-quota", "codex", contractWords.quota],
  ["codex-exec-writes", "codex exec", contractWords.write],
  ["codex-exec-quota", "codex exec", contractWords.quota],
  ["opencode-writes", "opencode", contractWords.write],
  ["opencode-refused", "opencode", contractWords.outside("/outside/escaped.txt")],
  ["opencode-quota", "opencode", contractWords.quota],
  ["gemini-writes", "gemini", contractWords.write],
  ["gemini-refused", "gemini", contractWords.outside("/outside/escaped.txt")],
  ["gemini-quota", "gemini", contractWords.quota],
];
/** The same of each protocol of a model endpoint. */
export const ofEndpoints: readonly Recorded[] = [
  ["api-anthropic-writes", "anthropic", contractWords.write],
  ["api-anthropic-refused", "anthropic", contractWords.outside("/outside/escaped.txt")],
  ["api-anthropic-steered", "anthropic", contractWords.wait],
  ["api-anthropic-asks", "anthropic", contractWords.question],
  ["api-anthropic-quota", "anthropic", contractWords.quota],
  ["api-openai-writes", "openai", contractWords.write],
  ["api-openai-quota", "openai", contractWords.quota],
  ["api-compatible-writes", "openai_compatible", contractWords.write],
  ["api-ollama-writes", "ollama", contractWords.write],
];
/** All of them. */
export const turns = [...ofPrograms, ...ofEndpoints];
/** Where each protocol begins at the scripted model. */
const protocols = { anthropic: "", openai: "/v1", openai_compatible: "/v1", ollama: "" } as const;
/** Both ways Codex is spoken to. */
export const ways = {
  codex: { mode: "app-server", random: () => 0 },
  exec: { name: "codex-exec", mode: "exec", random: () => 0 },
} as const;

function refuse(): never {
  throw new Error("A replay starts no program.");
}

/** Today's adapters, that can start and reach nothing. */
export function playingAgents(): Record<string, Agent> {
  const runner = { start: refuse, run: refuse } as never;
  const deps = { runner, clock: systemClock, home: "/h", state_dir: "/s", host_env: {}, executable: "x" };
  return {
    claude: new ClaudeAgent(deps),
    codex: new CodexAgent({ ...deps, ...ways.codex }),
    "codex exec": new CodexAgent({ ...deps, ...ways.exec }),
    command: new CommandAgent({ ...deps, name: "command", argv: ["x"] }),
    opencode: new AcpAgent({ ...deps, name: "opencode", settings: {} }),
    gemini: new AcpAgent({ ...deps, name: "gemini", settings: {} }),
    ...Object.fromEntries(Object.keys(protocols).map((which) => [which, endpointAgent(which)])),
  };
}

/** An agent of a protocol; without a world, one that can reach nothing. */
export function endpointAgent(which: string, world?: World): ApiAgent {
  const protocol = z.enum(["anthropic", "openai", "openai_compatible", "ollama"]).parse(which);
  const base_url = world === undefined ? "http://127.0.0.1:1" : `${world.model.url}${protocols[protocol]}`;
  return new ApiAgent({
    name: "direct",
    endpoint: { protocol, base_url, api_key: async () => "sk-canary-key" },
    fetch: new Outbound({ privateHosts: [] }).fetch,
    default_model: "scripted-1",
    max_tokens: 1000,
    runner: world?.runner ?? ({ start: refuse, run: refuse } as never),
    clock: systemClock,
    state_dir: path.join(world?.root ?? "/nowhere", "state"),
    host_env: world?.host_env ?? {},
  });
}

const Steps = z.array(z.object({ what: z.string(), value: z.string() }));

/** A stored recording, and what was told of it then. */
export async function stored(name: string): Promise<{ recording: Recording; steps: TurnStep[] }> {
  const recording = await readRecording(FIXTURES, name);
  if (recording === undefined || "why" in recording) throw new Error(recording?.why ?? `${name} is missing.`);
  const steps = Steps.parse(JSON.parse(await readFile(path.join(FIXTURES, `${name}.steps.json`), "utf8")));
  return { recording, steps };
}
