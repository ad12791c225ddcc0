import type { Credentials } from "./access/index.ts";
import { Recordings } from "./agents/index.ts";
import type { AppOptions, Ground } from "./ground.ts";
import { Hooks } from "./hooks/index.ts";
import type { Policy } from "./policy/index.ts";
import { ApprovalClock, Approver, LiveTurns, type TurnDeps, TurnTokens, turnFacts } from "./turns/index.ts";
import { VERSION } from "./version.ts";
import type { Workspaces } from "./workspaces/index.ts";

/** What turns run with, whoever they belong to: tasks and conversations share it. */
export function buildTurns(
  ground: Ground,
  {
    env,
    policy,
    credentials,
    workspaces,
  }: Pick<AppOptions, "env"> & {
    readonly policy: Policy;
    readonly credentials: Pick<Credentials, "lend">;
    readonly workspaces: Pick<Workspaces, "list">;
  },
): {
  readonly turns: TurnDeps;
  readonly hooks: Hooks;
  readonly approver: Approver;
  readonly approvals: ApprovalClock;
  readonly recordings: Recordings;
} {
  const { config } = ground.loaded;
  const { redactor, paths } = ground;
  const recordings = new Recordings({
    ...ground,
    folder: paths.recordings,
    redact: redactor.redact,
    redaction: () => redactor.createStream(),
    version: VERSION,
    enabled: config.disk.recordings_days > 0,
  });
  const hooks = new Hooks({
    ...ground,
    entries: config.hooks,
    env,
    cwd: paths.root,
    factsOf: turnFacts({ ...ground, workspaces }),
    redact: (value) => redactor.redactDeep(value),
  });
  const approver = new Approver({ ...ground, config, policy, hooks });
  const tokens = new TurnTokens({
    credentials,
    redactor,
    agents: config.agents.talk_back,
    network: config.sandbox.agent_network !== "none",
  });
  const turns: TurnDeps = {
    live: new LiveTurns(),
    approver,
    hooks,
    tokens,
    recordings,
    redaction: () => redactor.createStream(),
    outputCap: config.limits.max_output_bytes,
    clock: ground.clock,
    failpoint: ground.failpoint,
    loops: config.limits,
    most: config.sandbox.max_profile,
    logger: ground.logger,
  };
  return { turns, hooks, approver, approvals: new ApprovalClock(ground), recordings };
}
