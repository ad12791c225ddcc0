import { mkdir } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Agent,
  ApiAgent,
  ClaudeAgent,
  CodexAgent,
  type FailureKind,
  type ScriptedModel,
  startScriptedModel,
} from "../../src/agents/index.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { runPlain } from "./planted.ts";
import { logIn, openWorld, vendorPrograms, type World } from "./world.ts";

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: Readonly<Record<string, string>>;
  readonly kind: FailureKind;
}

/** What a provider refuses a call with, and what every adapter must make of what its program says then. */
const refusals: Readonly<Record<string, Refusal>> = {
  "credit used up": {
    status: 400,
    type: "invalid_request_error",
    message: "Your credit balance is too low to access the Anthropic API.",
    kind: "quota",
  },
  "billing trouble": {
    status: 402,
    type: "billing_error",
    message: "There's an issue with your billing or payment information.",
    kind: "quota",
  },
  "wrong key": { status: 401, type: "authentication_error", message: "invalid x-api-key", kind: "auth" },
  "not permitted": {
    status: 403,
    type: "permission_error",
    message: "Your API key does not have permission to use the specified resource.",
    kind: "auth",
  },
  "unknown model": {
    status: 404,
    type: "not_found_error",
    message: "model: claude-nope-9",
    details: { code: "model_not_found" },
    kind: "permanent",
  },
  "invalid request": {
    status: 400,
    type: "invalid_request_error",
    message: "messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks",
    kind: "permanent",
  },
  "rate limit": {
    status: 429,
    type: "rate_limit_error",
    message: "Number of request tokens has exceeded your per-minute rate limit",
    headers: { "retry-after": "1" },
    kind: "transient",
  },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded", kind: "transient" },
  "server error": { status: 500, type: "api_error", message: "Internal server error", kind: "transient" },
};

const programs = vendorPrograms();
let world: World;
let model: ScriptedModel;
let agents: Record<string, Agent>;

beforeAll(async () => {
  world = await openWorld();
  const steps = Object.entries(refusals).map(([name, { kind: _, ...refusal }]) => ({
    name,
    match: { prompt: `^${name}$` },
    answers: [[{ error: { ...refusal, headers: { ...refusal.headers, "x-should-retry": "false" } } }]],
  }));
  model = await startScriptedModel({ scenario: { name: "refusals", steps } });
  const home = path.join(world.root, "operator");
  await mkdir(home);
  logIn(home, model.url, { retries: false });
  const host_env = { ...world.host_env, ANTHROPIC_BASE_URL: model.url };
  const shared = {
    runner: world.runner,
    clock: systemClock,
    state_dir: path.join(world.root, "state"),
    host_env,
    default_model: "scripted-1",
  };
  const endpoint = (protocol: "anthropic" | "openai_compatible") =>
    new ApiAgent({
      ...shared,
      name: protocol,
      fetch: new Outbound({ privateHosts: [] }).fetch,
      endpoint: { protocol, base_url: `${model.url}/v1`, api_key: async () => "sk-test" },
      max_tokens: 100,
    });
  const key = { ...host_env, ANTHROPIC_API_KEY: "sk-ant-api03-test" };
  agents = {
    "Claude Code with a subscription": new ClaudeAgent({
      ...shared,
      home,
      executable: programs?.claude ?? "",
    }),
    "Claude Code with a key": new ClaudeAgent({
      ...shared,
      home: world.root,
      host_env: key,
      executable: programs?.claude ?? "",
    }),
    Codex: new CodexAgent({
      ...shared,
      home,
      mode: "app-server",
      random: () => 0,
      executable: programs?.codex ?? "",
    }),
    "an Anthropic endpoint": endpoint("anthropic"),
    "an OpenAI endpoint": endpoint("openai_compatible"),
  };
});
afterAll(async () => {
  await model.close();
  await world[Symbol.asyncDispose]();
});

describe
  .skipIf(programs === undefined)
  .each([
    "Claude Code with a subscription",
    "Claude Code with a key",
    "Codex",
    "an Anthropic endpoint",
    "an OpenAI endpoint",
  ])("%s, refused", (name) => {
  it.each(Object.entries(refusals))("%s [req:wait.classified]", async (prompt, { kind }) => {
    const agent = agents[name];
    const outcome =
      agent && (await runPlain(agent, { ...world, prompt, workspace: await world.workspace() }));
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ status: "failed", kind });
  });
});
