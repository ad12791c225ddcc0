import type { Credentials } from "./access/index.ts";
import { nightAt } from "./budgets/index.ts";
import { buildNotifier } from "./build-notifier.ts";
import { buildWork } from "./build-work.ts";
import { allowedRoots } from "./configured-projects.ts";
import { DiskKeeper } from "./disk/index.ts";
import { exampleFolder } from "./example-folder.ts";
import type { AppOptions, Ground } from "./ground.ts";
import { KeepAwake } from "./keep-awake.ts";
import {
  createHandlers,
  doctor,
  type Invoker,
  OperationInvoker,
  type OperationsDeps,
  recordWayOut,
} from "./operations/index.ts";
import { DailyReports, Reports } from "./reports/index.ts";
import { runByOf, supervisionOf } from "./supervisor/index.ts";
import { LoopDelay } from "./telemetry/index.ts";
import { VERSION } from "./version.ts";

/** What the edge tells, once it exists. */
export type Edge = Pick<OperationsDeps, "loginCode" | "clients">;

/** Everything that stands on the ground of one server. */
export type Boxes = ReturnType<typeof buildBoxes>;

/** Builds what stands on the ground, and the operations over all of it. */
export function buildBoxes(ground: Ground, options: AppOptions, credentials: Credentials, edge: Edge) {
  const { config } = ground.loaded;
  const { clock, paths, logger } = ground;
  const work = buildWork(ground, options, credentials);
  const { workspaces, agents, limits, orchestrator, conversations } = work;
  const disk = new DiskKeeper({ ...ground, config, workspaces });
  const notifier = buildNotifier(ground, options);
  const reports = new Reports({
    ...ground,
    workspaces,
    dataDir: paths.root,
    capsOf: (projectId) => limits.capsOf(projectId),
    nightAt: (moment) => nightAt(moment, config.night),
  });
  const daily = new DailyReports({ reports, clock, logger, at: config.report.at });
  const loopDelay = new LoopDelay();
  const keepAwake = new KeepAwake({
    ...ground,
    enabled: config.up.keep_awake,
    env: options.env,
    nextWork: () => orchestrator.nextWork(),
  });
  const parts = { notifier, reports, keepAwake, disk, loopDelay };
  const operations = operationsOver(ground, options, { ...work, ...parts, credentials, ...edge });
  const invoker: Invoker = new OperationInvoker({
    handlers: createHandlers(operations),
    onRefused: (refused) => recordWayOut(operations, refused),
    logger,
    space: ground.space,
  });
  const { approvals, approver, hooks } = work;
  return {
    ...parts,
    operations,
    invoker,
    agents,
    orchestrator,
    conversations,
    approvals,
    approver,
    hooks,
    daily,
  };
}

/** What is built above the work, and told by the edge. */
interface Above extends Edge {
  readonly notifier: ReturnType<typeof buildNotifier>;
  readonly reports: Reports;
  readonly keepAwake: KeepAwake;
  readonly disk: DiskKeeper;
  readonly loopDelay: LoopDelay;
  readonly credentials: Credentials;
}

/** What the operations work with. */
function operationsOver(
  ground: Ground,
  options: AppOptions,
  boxes: ReturnType<typeof buildWork> & Above,
): OperationsDeps {
  const { config } = ground.loaded;
  const { clock, paths } = ground;
  const { policy, notifier, keepAwake } = boxes;
  const runBy = runByOf(options.env);
  return {
    ...ground,
    ...boxes,
    config,
    version: VERSION,
    startedAt: clock.now(),
    cwd: options.cwd,
    allowedRoots: allowedRoots(config.server.allowed_project_roots, options),
    example: { files: exampleFolder(), root: paths.example },
    runtimeLogs: () => ground.runtimeLog.state(),
    doctor: async () => [
      ...(await Promise.all([doctor({ ...ground, policy }), notifier.look()])).flat(),
      keepAwake.check(),
    ],
    supervision: () => supervisionOf(paths, runBy, clock),
    keepAwake: () => keepAwake.state,
    redact: ground.redactor.redact,
  };
}
