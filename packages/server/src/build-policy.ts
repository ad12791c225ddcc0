import type { AppOptions, Ground } from "./ground.ts";
import { createPolicy, createShellReader, type Policy } from "./policy/index.ts";

/** What answers every agent's question for permission. Rules and the reader of commands are loaded when needed. */
export function buildPolicy(ground: Ground, { home }: Pick<AppOptions, "home">): Policy {
  return createPolicy({
    ...ground,
    commands: createShellReader,
    home,
    files: ground.loaded.config.rules,
  });
}
