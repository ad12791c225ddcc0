import { type Agent, executionStrategy, withStrategy } from "../agents/index.ts";
import type { ThreadRecord, TurnRecord } from "../threads/index.ts";
import type { ConversationDeps } from "./conversation-deps.ts";

/**
 * Who answers a person's words in a thread: its own agent, or nobody with a model where the operator's strategy has no
 * need of one. The turn is recorded under that name.
 */
export async function answererOf(
  deps: ConversationDeps,
  thread: ThreadRecord,
  said: { readonly input: string; readonly purpose: "say" | "compact" },
): Promise<{ readonly agent: string; readonly model: string | null }> {
  const own = { agent: thread.agent, model: thread.model };
  const agent = strategic(deps, thread);
  if (agent === undefined || said.purpose === "compact") return own;
  const session = thread.session_id === null ? {} : { session_id: thread.session_id };
  const answers = await agent.answeredBy({ prompt: said.input, ...session });
  return answers.kind === "deterministic" ? { agent: answers.name, model: null } : own;
}

/** The agent that runs a turn, as it was decided when the turn began. Undefined when it is not configured any more. */
export function agentOf(deps: ConversationDeps, thread: ThreadRecord, turn: TurnRecord): Agent | undefined {
  const { deterministic } = deps.agents;
  const configured = deps.agents.get(thread.agent);
  if (deterministic === undefined || configured === undefined || configured === deterministic)
    return configured;
  if (turn.agent === deterministic.name) return withStrategy(configured, deterministic, "deterministic");
  const strategy = strategyOf(deps);
  return withStrategy(
    configured,
    deterministic,
    strategy === "grounded" && turn.purpose !== "compact" ? "grounded" : "model",
  );
}

/** Whether the agent of a thread has its conversation: a session without a model is unknown to every model. */
export function knowsSession(deps: ConversationDeps, agent: Agent, session_id: string | null): boolean {
  if (session_id === null) return false;
  return agent.kind === "deterministic" || deps.agents.deterministic?.memory.isOwn(session_id) !== true;
}

function strategic(deps: ConversationDeps, thread: ThreadRecord) {
  const { deterministic } = deps.agents;
  const configured = deps.agents.get(thread.agent);
  if (deterministic === undefined || configured === undefined || configured === deterministic)
    return undefined;
  return withStrategy(configured, deterministic, strategyOf(deps));
}

function strategyOf(deps: ConversationDeps) {
  return executionStrategy(deps.config.agents.execution_strategy);
}
