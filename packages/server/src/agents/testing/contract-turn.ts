import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Agent, AgentAction, AgentEvent, AgentTurn, TurnOutcome } from "../port.ts";
import type { SandboxSpec, WrapFunction } from "../sandbox-port.ts";

/** A variable of the server that no agent may ever see; the subject's host environment must contain it. */
export const contractCanary = { name: "HARNESS_CONTRACT_CANARY", value: "canary-7f3b1c" } as const;

/** An adapter under test: a real one, with a model or a program behind it that follows `contractScenario`. */
export interface ContractSubject {
  readonly agent: Agent;
  readonly sandbox: WrapFunction;
  /** A fresh working tree. */
  workspace(): Promise<string>;
  /** A path outside every working tree that the scenario tries to write. */
  readonly outside: string;
  /** How many processes of this attempt are alive. */
  survivors(attempt_id: string): number | Promise<number>;
  /** Everything the model was sent so far, or nothing for an adapter without a model. */
  modelInput(): string;
  /** What the adapter can do. */
  readonly can: {
    readonly resume: boolean;
    readonly report_silence: boolean;
    readonly report_usage: boolean;
    readonly ask: boolean;
    readonly schema: boolean;
    /** The agent itself refuses what lies outside the workspace, and does not ask. No unless told. */
    readonly refuse_outside?: boolean;
    /** False for an adapter that starts no process of its own. */
    readonly process: boolean;
    /** A running turn can be given more words. No unless told. */
    readonly steer?: boolean;
    /** A conversation can go on as a copy. No unless told. */
    readonly fork?: boolean;
    /** The agent can ask a person a question; the verb `ask` is translated for it in `tool-words.ts`. No unless told. */
    readonly question?: boolean;
    /** What goes to the agent and comes from it is told to `record`. Unless told, so for what has a process. */
    readonly record?: boolean;
  };
  /**
   * The same adapter, built with a `GarblingRunner` that mixes garbage into what its program says, among it records of
   * kinds its dialect does not know. Absent for an adapter without a process, or without a protocol.
   */
  readonly garbled?: Agent;
}

/** One promise of the agent port. `req` is the id of the requirement. */
export interface ContractCase {
  readonly title: string;
  readonly req: string;
  run(subject: ContractSubject): Promise<void>;
}

/** What a turn of a contract case showed. */
export interface Ran {
  readonly events: readonly AgentEvent[];
  readonly outcome: TurnOutcome;
  readonly specs: readonly SandboxSpec[];
  readonly asked: readonly AgentAction[];
  readonly workspace: string;
}

/** How a contract case's turn differs from the usual one. */
export interface RanOptions extends Partial<AgentTurn> {
  readonly onEvent?: (event: AgentEvent) => void;
}

/** Runs one turn and checks what holds for every turn: `ended` comes once and last, and nothing is left alive. */
export async function run(subject: ContractSubject, prompt: string, options: RanOptions = {}): Promise<Ran> {
  const { onEvent, ...rest } = options;
  const workspace = rest.workspace ?? (await subject.workspace());
  const specs: SandboxSpec[] = [];
  const asked: AgentAction[] = [];
  const turn: AgentTurn = {
    prompt,
    workspace,
    access: "workspace-write",
    attempt_id: `att_${randomUUID()}`,
    turn_timeout_ms: 60_000,
    idle_timeout_ms: 50_000,
    kill_grace_ms: 500,
    approve: async (action) => {
      asked.push(action);
      const inside = action.paths.every((one) => within(workspace, path.resolve(workspace, one)));
      return inside
        ? { decision: "allow", reason: "inside" }
        : { decision: "deny", reason: "outside the workspace" };
    },
    signal: new AbortController().signal,
    ...rest,
    sandbox: (spec) => {
      specs.push(spec);
      return (rest.sandbox ?? subject.sandbox)(spec);
    },
  };
  const events: AgentEvent[] = [];
  for await (const event of subject.agent.run(turn)) {
    events.push(event);
    onEvent?.(event);
  }
  const last = events.at(-1);
  assert.ok(last?.type === "ended", "the last event says how the turn ended");
  assert.equal(events.filter((event) => event.type === "ended").length, 1);
  assert.equal(await subject.survivors(turn.attempt_id), 0, "no process of the turn is left");
  return { events, outcome: last.outcome, specs, asked, workspace };
}

function within(root: string, target: string): boolean {
  return target === root || target.startsWith(root + path.sep);
}

/** The outcome, which must be a success. */
export function completed(outcome: TurnOutcome): Extract<TurnOutcome, { status: "completed" }> {
  assert.equal(outcome.status, "completed", JSON.stringify(outcome));
  return outcome as Extract<TurnOutcome, { status: "completed" }>;
}

/** The outcome, which must be a failure. */
export function failed(outcome: TurnOutcome): Extract<TurnOutcome, { status: "failed" }> {
  assert.equal(outcome.status, "failed", JSON.stringify(outcome));
  return outcome as Extract<TurnOutcome, { status: "failed" }>;
}
