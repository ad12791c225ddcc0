import type { ExecutionStrategy } from "@harness/protocol";
import { type Agent, type AgentTurn, executionStrategy, withStrategy } from "../agents/index.ts";
import { interventionsOf, revisionsOf } from "../tasks/index.ts";
import type { Run } from "./run.ts";
import { wordsOf } from "./task-words.ts";

/** How a task itself says its work is answered; null leaves it to the operator. A fork of its thread keeps it. */
export function ownStrategy({ request }: Pick<Run["task"], "request">): ExecutionStrategy | null {
  const { execution_strategy: word } = request;
  return word === undefined ? null : executionStrategy(word);
}

/** How the work of a task is answered: as the task says, else as the operator set it. */
export function strategyOf(run: {
  readonly deps: Pick<Run["deps"], "config">;
  readonly task: Pick<Run["task"], "request">;
}): ExecutionStrategy {
  return ownStrategy(run.task) ?? executionStrategy(run.deps.config.agents.execution_strategy);
}

/** The agent without a model, when the strategy gives it this task, or may do so for the words it has. */
export async function withoutModel(run: Run): Promise<Agent | undefined> {
  const { deterministic } = run.deps.agents;
  const strategy = strategyOf(run);
  if (deterministic === undefined || strategy === "deterministic") return deterministic;
  if (strategy !== "auto") return undefined;
  const { reader } = run.deps.storage;
  if ((await interventionsOf(reader, run.task.id)).length > 0) return undefined;
  const prompt = (await revisionsOf(reader, run.task.id)).at(-1) ?? wordsOf(run.task.request);
  return (await deterministic.understands({ prompt }))?.sure === true ? deterministic : undefined;
}

/**
 * Who really does an implementer's turn. The turn is recorded under that agent's name, and without a model when it has
 * none.
 */
export async function answering(
  run: Run,
  implementer: Agent,
  turn: Pick<AgentTurn, "prompt">,
): Promise<Agent> {
  const { deterministic } = run.deps.agents;
  const strategy = strategyOf(run);
  if (deterministic === undefined || implementer.kind === "deterministic" || strategy === "model")
    return implementer;
  const agent = withStrategy(implementer, deterministic, strategy);
  const answers = await agent.answeredBy(turn);
  return answers === implementer ? agent : answers;
}
