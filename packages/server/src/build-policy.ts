import type { AppOptions, Ground } from "./ground.ts";
import { createPolicy, createShellReader, type Policy } from "./policy/index.ts";

/**
 * What answers every agent's question for permission. The operator's files of rules are read at once when there are
 * any, beside the start; what reads commands is loaded with the first command.
 */
export function buildPolicy(ground: Ground, { home }: Pick<AppOptions, "home">): Policy {
  const files = ground.loaded.config.rules;
  const policy = createPolicy({ ...ground, commands: createShellReader, home, files });
  if (Object.values(files).some((named) => named !== null))
    void policy
      .list(null)
      .then(({ faults: [fault] }) => {
        if (fault !== undefined) ground.logger.warn({ fault }, "rules cannot be used: nothing is allowed");
      })
      .catch((error: unknown) => ground.logger.warn({ err: error }, "rules cannot be read"));
  return policy;
}
