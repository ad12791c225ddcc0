import { HarnessError, type Scope } from "@harness/protocol";
import { Credentials } from "./access/index.ts";
import { nightAt } from "./budgets/index.ts";
import { buildNotifier } from "./build-notifier.ts";
import { buildWork } from "./build-work.ts";
import { allowedRoots, registerConfigured } from "./configured-projects.ts";
import { DiskKeeper } from "./disk/index.ts";
import { exampleFolder } from "./example-folder.ts";
import { type AppOptions, type Ground, openGround } from "./ground.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { KeepAwake } from "./keep-awake.ts";
import {
  type Caller,
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

export type { AppOptions } from "./ground.ts";

/** Everything of a server except its transports. */
export type App = Awaited<ReturnType<typeof createApp>>;

/**
 * Builds every box once. Nothing runs and nothing is claimed before `start`; `stop` drains and closes in the
 * opposite order.
 */
export async function createApp(options: AppOptions) {
  const ground = await openGround(options);
  const credentials = await Credentials.open(ground).catch(async (error: unknown) => {
    await ground.close();
    throw error;
  });
  const { log, logger } = ground;
  const { config } = ground.loaded;
  const loginCode: { make: OperationsDeps["loginCode"] } = {
    make: () => {
      throw new HarnessError(
        "capability_missing",
        "Nothing listens on an address here, so there is no page to log in to. harness up starts what does.",
      );
    },
  };
  const edge: { clients: OperationsDeps["clients"] } = { clients: () => ({ streams: 0, sockets: 0 }) };
  const boxes = buildBoxes(ground, options, credentials, {
    loginCode: () => loginCode.make(),
    clients: () => edge.clients(),
  });
  const { operations, invoker, agents, orchestrator, notifier, reports, daily, keepAwake, disk } = boxes;
  const { conversations, approvals, approver, hooks, loopDelay } = boxes;
  const note = (event: Parameters<Parameters<Parameters<typeof log.write>[0]>[0]["append"]>[0]) =>
    log.write((tx) => tx.append(event));
  let endHousekeeping = async () => {};
  let started = false;
  return {
    ...ground,
    credentials,
    invoker,
    operations,
    orchestrator,
    conversations,
    notifier,
    /** The HTTP edge, once it exists, hands out login codes. */
    useLoginCodes: (make: OperationsDeps["loginCode"]) => {
      loginCode.make = make;
    },
    /** The HTTP edge, once it exists, tells who listens. */
    useClients: (clients: OperationsDeps["clients"]) => {
      edge.clients = clients;
    },
    /** Links in notifications lead to the address the server listens on, unless the operator named another. */
    useAddress: (url: string) => {
      if (config.notify.link_base === null) notifier.linkBase = url;
      operations.turns.tokens.url = url;
    },
    /** Closes what a dead server left, registers the configured projects and begins to work. */
    async start(): Promise<void> {
      const data = { pid: process.pid, version: VERSION, epoch: String(operations.startedAt) };
      await note({ type: "server.started", actor: "harness", data });
      started = true;
      await hooks.start();
      keepAwake.start();
      await registerConfigured(invoker, config, { stderr: options.stderr, caller: operator });
      await notifier.start();
      await orchestrator.start();
      await conversations.start();
      approvals.start();
      await reports.sweep();
      daily.start();
      endHousekeeping = startHousekeeping({ ...ground, agents, orchestrator, disk });
    },
    /** Drains while the edges still answer, closes them, then closes everything below. To be called once. Aborting `hurry` cuts the drain short. */
    async stop(
      reason = "stopped",
      closeEdges: () => Promise<void> = async () => {},
      hurry?: AbortSignal,
    ): Promise<void> {
      // Everything is told to end at once: from here on new work is refused.
      const background = [endHousekeeping(), daily.stop()];
      const drainMs = config.server.drain_timeout_secs * 1000;
      approver.parkAll();
      await Promise.all([orchestrator.drain(drainMs, hurry), conversations.drain(drainMs, hurry)]);
      await approvals.stop();
      approver[Symbol.dispose]();
      await Promise.all(background);
      await closeEdges();
      credentials.close();
      loopDelay[Symbol.dispose]();
      await operations.policy[Symbol.asyncDispose]();
      await notifier.stop();
      await keepAwake[Symbol.asyncDispose]();
      await hooks[Symbol.asyncDispose]();
      // Who only asked a question did not stop a server: the end of one that crashed stays unrecorded.
      if (started)
        await note({ type: "server.stopped", actor: "harness", data: { reason } }).catch((error: unknown) =>
          logger.warn({ err: error }, "the stop could not be recorded"),
        );
      await ground.close();
    },
  };
}

/** Builds what stands on the ground, and the operations over all of it. */
function buildBoxes(
  ground: Ground,
  options: AppOptions,
  credentials: Credentials,
  edge: Pick<OperationsDeps, "loginCode" | "clients">,
) {
  const { config } = ground.loaded;
  const { clock, paths, logger } = ground;
  const work = buildWork(ground, options, credentials);
  const { workspaces, agents, limits, policy, orchestrator, conversations } = work;
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
  const startedAt = clock.now();
  const loopDelay = new LoopDelay();
  const runBy = runByOf(options.env);
  const keepAwake = new KeepAwake({
    ...ground,
    enabled: config.up.keep_awake,
    env: options.env,
    nextWork: () => orchestrator.nextWork(),
  });
  const operations: OperationsDeps = {
    ...ground,
    config,
    orchestrator,
    conversations,
    turns: work.turns,
    limits,
    notifier,
    policy,
    egress: work.egress,
    workspaces,
    disk,
    agents,
    recordings: work.recordings,
    reports,
    credentials,
    version: VERSION,
    startedAt,
    cwd: options.cwd,
    allowedRoots: allowedRoots(config.server.allowed_project_roots, options),
    example: { files: exampleFolder(), root: paths.example },
    ...edge,
    loopDelay,
    runtimeLogs: () => ground.runtimeLog.state(),
    doctor: async () => [
      ...(await Promise.all([doctor({ ...ground, policy }), notifier.look()])).flat(),
      keepAwake.check(),
    ],
    supervision: () => supervisionOf(paths, runBy, clock),
    keepAwake: () => keepAwake.state,
    redact: ground.redactor.redact,
  };
  const invoker: Invoker = new OperationInvoker({
    handlers: createHandlers(operations),
    onRefused: (refused) => recordWayOut(operations, refused),
    logger,
    space: ground.space,
  });
  const { approvals, approver, hooks } = work;
  const boxes = { operations, invoker, agents, orchestrator, conversations, approvals, approver, hooks };
  return { ...boxes, notifier, reports, daily, keepAwake, disk, loopDelay };
}

/** The operator's own calls: everything is allowed. */
export const operator: Caller = {
  scopes: new Set<Scope>(["open", "read", "submit", "operate"]),
  actor: "operator",
  via: "cli",
  request_id: "start",
};
