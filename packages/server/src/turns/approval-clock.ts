import { type Clock, callAt, isHarnessError, type NewId, terminalStatuses } from "@harness/protocol";
import { expiredApprovals, nextExpiry, withdrawOfTurn } from "../approvals/index.ts";
import type { EventLog } from "../events/index.ts";
import type { Storage } from "../storage/index.ts";
import { decideApproval } from "./decide-approval.ts";

/** What the clock of approvals needs. */
export interface ApprovalClockDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: { warn(obj: object, msg: string): void };
}

/**
 * Answers what nobody answered in time as it was said when it was asked, and takes back the questions of tasks that
 * are over. Everything it goes by is in the database: a restart forgets none of it.
 */
export class ApprovalClock {
  readonly #deps: ApprovalClockDeps;
  #forget = () => {};
  #unlisten = () => {};
  #working: Promise<void> = Promise.resolve();
  #over = false;

  constructor(deps: ApprovalClockDeps) {
    this.#deps = deps;
  }

  /** Catches up with what became due while no server ran, then goes on. */
  start(): void {
    this.#unlisten = this.#deps.log.listen((events) => {
      if (events.some(({ type }) => type === "approval.requested" || type === "task.ended")) this.#soon();
    });
    this.#soon();
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#unlisten();
    this.#forget();
    await this.#working;
  }

  #soon(): void {
    this.#working = this.#working
      .then(() => (this.#over ? undefined : this.#work()))
      .catch((error: unknown) => {
        this.#deps.logger.warn({ err: error }, "approvals could not be brought up to date");
      });
  }

  async #work(): Promise<void> {
    const { storage, clock } = this.#deps;
    this.#forget();
    await this.#withdraw();
    for (const approval of await expiredApprovals(storage.reader, clock.now())) await this.#expire(approval);
    const next = await nextExpiry(storage.reader);
    if (next !== undefined && !this.#over) this.#forget = callAt(clock, next, () => this.#soon());
  }

  async #expire({ id, on_expiry }: { readonly id: string; readonly on_expiry: string }): Promise<void> {
    const { log, newId } = this.#deps;
    const status = on_expiry === "approve" ? "allowed" : "expired";
    const reason = "nobody answered in time";
    await log
      .write((tx) => decideApproval(tx, id, { status, reason, by: "expiry" }, newId))
      .catch((error: unknown) => {
        // A person was faster.
        if (!isHarnessError(error, "approval_decided")) throw error;
      });
  }

  /** A task that is over asks nothing any more. */
  async #withdraw(): Promise<void> {
    const { storage, log } = this.#deps;
    const rows = await storage.reader
      .selectFrom("approvals as a")
      .innerJoin("tasks as t", "t.id", "a.task_id")
      .select("a.turn_id")
      .where("a.status", "=", "pending")
      .where("t.status", "in", [...terminalStatuses])
      .execute();
    for (const { turn_id } of rows) await log.write((tx) => withdrawOfTurn(tx, turn_id, "the task is over"));
  }
}
