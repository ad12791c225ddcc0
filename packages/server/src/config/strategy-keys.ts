import { executionStrategies } from "@harness/protocol";
import { key } from "./key.ts";
import { choice } from "./value-type.ts";

/** How prompts are answered that say nothing about it. */
export const strategyKeys = {
  "agents.execution_strategy": key(
    choice([...executionStrategies, "model_only"]),
    "auto",
    "How prompts are answered that name no strategy: `auto` without a model where the words are surely understood without one, `grounded` by a model that is told what was looked up first, `deterministic` never by a model, `model` (or `model_only`) always by one.",
  ),
} as const;
