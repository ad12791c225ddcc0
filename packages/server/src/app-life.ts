import type { NewEvent } from "@harness/protocol";
import type { Credentials } from "./access/index.ts";
import type { Boxes } from "./build-boxes.ts";
import { registerConfigured } from "./configured-projects.ts";
import type { AppOptions, Ground } from "./ground.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { operator } from "./operator.ts";
import { VERSION } from "./version.ts";

/** Begins the work of a server and ends it, each box in its turn. */
export class AppLife {
  readonly #ground: Ground;
  readonly #boxes: Boxes;
  readonly #credentials: Credentials;
  readonly #options: AppOptions;
  #endHousekeeping = async () => {};
  #started = false;

  constructor(ground: Ground, boxes: Boxes, credentials: Credentials, options: AppOptions) {
    this.#ground = ground;
    this.#boxes = boxes;
    this.#credentials = credentials;
    this.#options = options;
  }

  /** Closes what a dead server left, registers the configured projects and begins to work. */
  async start(): Promise<void> {
    const { config } = this.#ground.loaded;
    const { stderr } = this.#options;
    const { operations, invoker, agents, orchestrator, disk } = this.#boxes;
    const { hooks, keepAwake, notifier, conversations, approvals, reports, daily } = this.#boxes;
    const data = { pid: process.pid, version: VERSION, epoch: String(operations.startedAt) };
    await this.#note({ type: "server.started", actor: "harness", data });
    this.#started = true;
    await hooks.start();
    keepAwake.start();
    await registerConfigured(invoker, config, { stderr, caller: operator });
    await notifier.start();
    await orchestrator.start();
    await conversations.start();
    approvals.start();
    await reports.sweep();
    daily.start();
    this.#endHousekeeping = startHousekeeping({ ...this.#ground, agents, orchestrator, disk });
  }

  /** Drains while the edges still answer, closes them, then closes everything below. To be called once. Aborting `hurry` cuts the drain short. */
  async stop(
    reason = "stopped",
    closeEdges: () => Promise<void> = async () => {},
    hurry?: AbortSignal,
  ): Promise<void> {
    const { orchestrator, conversations, approvals, approver, daily } = this.#boxes;
    // Everything is told to end at once: from here on new work is refused.
    const background = [this.#endHousekeeping(), daily.stop()];
    const drainMs = this.#ground.loaded.config.server.drain_timeout_secs * 1000;
    approver.parkAll();
    await Promise.all([orchestrator.drain(drainMs, hurry), conversations.drain(drainMs, hurry)]);
    await approvals.stop();
    approver[Symbol.dispose]();
    await Promise.all(background);
    await closeEdges();
    await this.#close();
    // Who only asked a question did not stop a server: the end of one that crashed stays unrecorded.
    if (this.#started)
      await this.#note({ type: "server.stopped", actor: "harness", data: { reason } }).catch(
        (error: unknown) => this.#ground.logger.warn({ err: error }, "the stop could not be recorded"),
      );
    await this.#ground.close();
  }

  async #close(): Promise<void> {
    const { operations, notifier, keepAwake, hooks, loopDelay } = this.#boxes;
    this.#credentials.close();
    loopDelay[Symbol.dispose]();
    await operations.policy[Symbol.asyncDispose]();
    await notifier.stop();
    await keepAwake[Symbol.asyncDispose]();
    await hooks[Symbol.asyncDispose]();
  }

  #note(event: NewEvent): Promise<number> {
    return this.#ground.log.write((tx) => tx.append(event));
  }
}
