import { writeFile } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "@harness/protocol";
import { expect } from "vitest";
import {
  type Agent,
  type AgentEvent,
  type AgentTurn,
  type LiveTurn,
  Recordings,
  stepsOfEvents,
  type TurnStep,
} from "../../src/agents/index.ts";
import type { Recording } from "../../src/agents/recording.ts";
import { contractWords } from "../../src/agents/testing/contract-scenario.ts";
import type { World } from "./world.ts";

const asIs = (text: string) => text;

/** A turn as today's adapter reads it from its recording. */
export async function replayed(agent: Agent, recording: Recording): Promise<TurnStep[]> {
  const events: AgentEvent[] = [];
  const played = agent.replay?.(recording) ?? { why: "It has no replay." };
  if ("why" in played) throw new Error(played.why);
  for await (const event of played) events.push(event);
  return stepsOfEvents(events, asIs);
}

/** Runs a turn live and records it; where the contract's turn needs somebody, there is somebody. */
export async function recorded(world: World, agent: Agent, prompt: string, more: Partial<AgentTurn> = {}) {
  const folder = path.join(world.root, "recordings");
  const workspace = more.workspace ?? (await world.workspace());
  const warn = (_: object, message: string) => expect.fail(message);
  const redaction = () => ({ push: asIs, flush: () => "" });
  const deps = { folder, clock: systemClock, redact: asIs, redaction, version: "test", enabled: true };
  const recordings = new Recordings({ ...deps, logger: { warn } });
  let live: LiveTurn | undefined;
  const turn: AgentTurn = {
    prompt,
    workspace,
    access: "workspace-write",
    attempt_id: "att_replay",
    turn_timeout_ms: 60_000,
    idle_timeout_ms: 50_000,
    kill_grace_ms: 500,
    sandbox: world.sandbox,
    approve: async ({ paths }) =>
      paths.some((one) => one.startsWith("/outside"))
        ? { decision: "deny", reason: "outside the workspace" }
        : { decision: "allow", reason: "inside" },
    ask: async (questions) => Object.fromEntries(questions.map(({ id }) => [id, "Viridian"])),
    attach: (given) => {
      live = given;
    },
    signal: new AbortController().signal,
    ...more,
  };
  const events: AgentEvent[] = [];
  const turnId = `turn_${crypto.randomUUID()}`;
  let steering: Promise<void> | undefined;
  const steer = async () => {
    await live?.steer(contractWords.steered);
    await writeFile(path.join(workspace, "go"), "");
  };
  for await (const event of recordings.run(agent, turn, turnId)) {
    events.push(event);
    if (prompt === contractWords.wait && event.type === "item" && event.item.kind === "command")
      steering ??= steer();
  }
  await steering;
  const kept = await recordings.read(turnId);
  const [recording] = kept === undefined || "why" in kept ? [] : kept;
  expect(recording).toBeDefined();
  return { recording: recording!, events };
}
