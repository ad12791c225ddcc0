import type { ExecutionStrategy, StrategyChoice } from "@harness/protocol";
import { type Agent, executionStrategy, withStrategy } from "../agents/index.ts";
import type { ThreadRecord, TurnRecord } from "../threads/index.ts";
import type { ConversationDeps } from "./conversation-deps.ts";

/** What a person says in a thread, and how they want it answered. */
export interface Words {
  readonly input: string;
  /** Null leaves it to the thread, and then to the operator. */
  readonly execution_strategy: ExecutionStrategy | null;
  readonly purpose: "say" | "compact";
}

/** Who answers, and why it is them. */
export interface Answerer {
  readonly agent: string;
  readonly model: string | null;
  /** Null when the thread's agent is not configured any more: its turn will say so. */
  readonly strategy: StrategyChoice | null;
}

/**
 * Who answers a person's words in a thread: its own agent, or nobody with a model where the strategy has no need of
 * one. The turn is recorded under that name, with the reason.
 */
export async function answererOf(
  deps: ConversationDeps,
  thread: ThreadRecord,
  words: Words,
): Promise<Answerer> {
  const { deterministic } = deps.agents;
  const configured = deps.agents.get(thread.agent);
  const wanted = wantedStrategy(deps, thread, words);
  const own = (asks_model: boolean, reason: string) => ({
    agent: thread.agent,
    model: thread.model,
    strategy: { ...wanted, asks_model, reason },
  });
  if (configured === undefined) return { ...own(false, ""), strategy: null };
  if (configured.kind === "deterministic") return own(false, "the agent of the thread has no model");
  if (deterministic === undefined) return own(true, "only the agent of the thread is configured");
  if (words.purpose === "compact") return own(true, "only who was in a conversation can sum it up");
  const session = thread.session_id === null ? {} : { session_id: thread.session_id };
  const agent = withStrategy(configured, deterministic, wanted.strategy);
  const answers = await agent.answeredBy({ prompt: words.input, ...session });
  if (answers.kind !== "deterministic") return own(true, asked[wanted.strategy]);
  const reason =
    wanted.strategy === "deterministic"
      ? "no model is asked, whatever the words"
      : "the words are surely understood without a model";
  return { agent: answers.name, model: null, strategy: { ...wanted, asks_model: false, reason } };
}

/** Why a model is asked under each strategy. */
const asked = {
  auto: "the words are not surely understood without a model",
  grounded: "a model is asked, and told what was looked up first",
  deterministic: "",
  model: "a model is asked, whatever the words",
} as const satisfies Record<ExecutionStrategy, string>;

/** The agent that runs a turn, as it was decided when the turn began. Undefined when it is not configured any more. */
export function agentOf(deps: ConversationDeps, thread: ThreadRecord, turn: TurnRecord): Agent | undefined {
  const { deterministic } = deps.agents;
  const configured = deps.agents.get(thread.agent);
  if (deterministic === undefined || configured === undefined || configured === deterministic)
    return configured;
  if (turn.agent === deterministic.name) return withStrategy(configured, deterministic, "deterministic");
  const grounded = turn.strategy?.strategy === "grounded" && turn.purpose !== "compact";
  return withStrategy(configured, deterministic, grounded ? "grounded" : "model");
}

/** Whether a turn runs nothing and changes nothing, which only one without a model can say beforehand. */
export async function looksOnly(
  deps: Pick<ConversationDeps, "agents">,
  agent: Agent,
  { thread, turn }: { readonly thread: ThreadRecord; readonly turn: TurnRecord },
): Promise<boolean> {
  const { deterministic } = deps.agents;
  if (agent.kind !== "deterministic" || deterministic === undefined) return false;
  const session = thread.session_id === null ? {} : { session_id: thread.session_id };
  return deterministic.looksOnly({ prompt: turn.input ?? "", ...session });
}

/** Whether the agent of a thread has its conversation: a session without a model is unknown to every model. */
export function knowsSession(deps: ConversationDeps, agent: Agent, session_id: string | null): boolean {
  if (session_id === null) return false;
  return agent.kind === "deterministic" || deps.agents.deterministic?.memory.isOwn(session_id) !== true;
}

/** What was said with the words counts before what is kept on the thread, and that before the operator's setting. */
function wantedStrategy(
  deps: ConversationDeps,
  thread: ThreadRecord,
  words: Words,
): Pick<StrategyChoice, "strategy" | "set_by"> {
  if (words.execution_strategy !== null) return { strategy: words.execution_strategy, set_by: "turn" };
  if (thread.execution_strategy !== null) return { strategy: thread.execution_strategy, set_by: "thread" };
  return { strategy: executionStrategy(deps.config.agents.execution_strategy), set_by: "operator" };
}
