import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  ["seed 2", "agent.deterministic", "Questions about the repository are answered without a model."],
  [
    "issue 4",
    "agent.deterministic-reply",
    "Who asks the agent without a model for more than it can do is told so, and what it can do.",
  ],
  ["seed 2", "strategy.choose", "auto, grounded, deterministic and model choose how a prompt is answered."],
  [
    "seed 2",
    "strategy.clear-reply",
    "When no model answers there is a clear assistant reply with what was found without it; the failure stays one.",
  ],
  [
    "issue 4",
    "strategy.one-conversation",
    "A conversation goes on with and without a model: the model hears what was answered without it, and what it showed can be run.",
  ],
  [
    "seed 2",
    "strategy.threads",
    "A thread is answered by the operator's strategy; each of its turns names who answered it.",
  ],
  [
    "seed 2",
    "strategy.tasks",
    "A task names its strategy; its turns are recorded under the agent that really did them.",
  ],
  [
    "seed 2",
    "agents-md.resolve",
    "AGENTS.md rules resolve nearest first, with removal, replacement and provenance.",
  ],
  [
    "seed 2",
    "agents-md.told",
    "A model endpoint's agent is told the rules of the root from the start and those of a folder when a tool touches it; both are shown.",
  ],
  [
    "issue 4",
    "api.compaction",
    "A conversation that nears the model's limit is summarised by the model, visibly, never between a tool's call and its answer.",
  ],
  [
    "issue 4",
    "api.limits",
    "A turn of a model endpoint ends at its limit of steps and of tokens, and says so.",
  ],
  [
    "issue 4",
    "api.endpoints",
    "Any number of model endpoints is configured by protocol: Anthropic, OpenAI, compatible ones and Ollama.",
  ],
  ["issue 4", "api.ollama-probe", "An Ollama that does not run, or has not the model, says what to do."],
  [
    "issue 4",
    "command.template",
    "A command agent is any program by template: workspace, model and session id as arguments, the prompt on standard input only.",
  ],
  [
    "issue 4",
    "command.conversation",
    "A command agent that takes a session id goes on with its conversation, with the home directory it had.",
  ],
];

/** Answers without a model, strategies, and the agents that use a model endpoint or a command directly. */
export const groundedRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
