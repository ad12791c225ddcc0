import type { Result } from "@harness/protocol";
import { type ScenarioInput, startScriptedModel } from "../../src/agents/index.ts";
import { type World, type WorldOptions, world } from "../scenarios/world.ts";

/** A world with a model-API agent `model` that talks to a scripted model, and short words for talking with it. */
export interface TalkingWorld extends World {
  start(more?: object): Promise<string>;
  /** Says something and waits for the end of its turn. */
  said(thread_id: string, input: string): Promise<Result<"turn/status">>;
  /** Says something and does not wait. */
  say(thread_id: string, input: string): Promise<string>;
  ended(turn_id: string): Promise<Result<"turn/status">>;
  /** The first pending approval, once there is one. */
  asked(): Promise<Result<"approval/list">["data"][number]>;
  items(thread_id: string): Promise<Result<"thread/items">["data"]>;
  /** Requests the scripted model got so far. */
  requests(): number;
}

/** A step of a scripted conversation: what answers a prompt that holds these words. */
export function step(prompt: string, ...answers: ScenarioInput["steps"][number]["answers"]) {
  return { name: prompt, match: { prompt }, answers };
}

/** The lines of a configuration whose agent `openai_api` speaks to a model at this address. */
export function modelConfig(url: string): string {
  return `[agents.openai_api]\nbase_url = "${url}/v1"\napi_key = "k"\ndefault_model = "scripted-1"`;
}

/** Builds it. */
export async function talkingWorld(
  steps: ScenarioInput["steps"],
  options: WorldOptions = {},
): Promise<TalkingWorld> {
  const model = await startScriptedModel({ scenario: { name: "talk", steps } });
  const config = `${options.config ?? ""}\n${modelConfig(model.url)}`;
  const w = await world({ agents: {}, ...options, config });
  const say = async (thread_id: string, input: string) =>
    (await w.call("turn/start", { thread_id, input })).turn_id ?? "";
  const ended = async (turn_id: string) => {
    await w.event((event) => event.type === "turn.ended" && event.turn_id === turn_id);
    return w.call("turn/status", { turn_id });
  };
  return {
    ...w,
    start: async (more = {}) =>
      (await w.call("thread/start", { project: "app", agent: "openai_api", ...more })).thread_id,
    say,
    ended,
    said: async (thread_id, input) => ended(await say(thread_id, input)),
    asked: async () => {
      for (;;) {
        const [first] = (await w.call("approval/list", {})).data;
        if (first) return first;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    items: async (thread_id) => (await w.call("thread/items", { thread_id, limit: 500 })).data,
    requests: () => model.requests.length,
    [Symbol.asyncDispose]: async () => {
      await w[Symbol.asyncDispose]();
      await model.close();
    },
  };
}
