import type { Usage } from "@harness/protocol";
import { exhausted, remainingUsd } from "../budgets/index.ts";
import { getTask, patchTask, scopeOf, type TaskRecord, usageOf, writeAs } from "../tasks/index.ts";
import { setTurnUsage } from "../threads/index.ts";
import { capsOf, stopBy } from "./limits-words.ts";
import type { AttemptEnd, Run } from "./run.ts";

/** Reports of use reach the database at most this late, and at most this often (milliseconds). */
const LATE_MS = 100;
const ZERO: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: null };

type Added = Record<"input_tokens" | "output_tokens" | "cached_tokens" | "cost_usd", number>;
const nothing = (): Added => ({ input_tokens: 0, output_tokens: 0, cached_tokens: 0, cost_usd: 0 });

/** Asked before a turn begins, in the job that begins it: the cap of the task, its project or the night that forbids it. */
export function mayNotBegin(run: Run, task: TaskRecord): AttemptEnd | undefined {
  const own = exhausted(capsOf(task.limits), spentOf(run, task), "spawn");
  if (own) return { type: "budget", why: own.why };
  const reached = run.deps.limits.reached(task.project_id, "spawn");
  return reached && stopBy(reached, task.id);
}

/** What a turn may cost, for an agent that can hold a limit itself: the least that is left in any scope. */
export function turnBudgetUsd(run: Run, task: TaskRecord): number | undefined {
  const left = [
    remainingUsd(task.limits, spentOf(run, task)),
    run.deps.limits.remainingUsd(task.project_id),
  ].filter((one) => one !== undefined);
  return left.length === 0 ? undefined : Math.min(...left);
}

/** How an attempt ends whose agent stopped by itself at the dollars it was given: whose cap that was decides. */
export async function agentHeldBudget(run: Run, why: string): Promise<AttemptEnd> {
  const task = await getTask(run.deps.storage.reader, run.task.id);
  const own = remainingUsd(task.limits, spentOf(run, task));
  const shared = run.deps.limits.remainingUsd(task.project_id);
  return own !== undefined && (shared === undefined || own <= shared)
    ? { type: "budget", why }
    : run.deps.limits.short(task.project_id, task.id);
}

function spentOf(run: Run, task: TaskRecord) {
  const { total_tokens, cost_usd } = usageOf(task);
  const wall_ms = run.deps.limits.wallOf(run.attempt.id);
  return { total_tokens, cost_usd, wall_ms, turns: task.turns, attempts: task.tries };
}

/**
 * Counts what one turn uses. Each report is judged in memory in the step it arrives in, against the caps of the task,
 * its project and the night; a turn over a cap is stopped there and then. The totals of task, turn, project and night
 * are written together, at most every tenth of a second and once more at the end, so that they are exact.
 */
export class TurnMeter {
  readonly #run: Run;
  readonly #turnId: string;
  readonly #before: ReturnType<typeof spentOf>;
  readonly #used = nothing();
  #pending = nothing();
  #newest: Usage | null = null;
  #stored: Usage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  /** `task` is the row as it was when the turn began. */
  constructor(run: Run, turnId: string, task: TaskRecord) {
    this.#run = run;
    this.#turnId = turnId;
    this.#before = spentOf(run, task);
  }

  /** The newest report. */
  get usage(): Usage | null {
    return this.#newest;
  }

  /** Takes a report, which counts from the start of the turn. Never waits. */
  report(usage: Usage): void {
    const added = difference(this.#newest ?? ZERO, usage);
    this.#newest = usage;
    add(this.#pending, added);
    add(this.#used, added);
    // The task's own cap first: what is over both is over for good.
    this.#judge();
    this.#run.deps.limits.use(this.#run.project.id, added);
    this.#timer ??= setTimeout(() => this.#flush(), LATE_MS);
  }

  /** Throws what a write threw, such as `lease_lost`. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Writes what is not written yet and waits for it. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.check();
  }

  #judge(): void {
    const { task, stop } = this.#run;
    const { cost_usd, total_tokens } = this.#before;
    const over = exhausted(
      capsOf(task.limits),
      {
        ...this.#before,
        total_tokens: total_tokens + this.#used.input_tokens + this.#used.output_tokens,
        cost_usd: cost_usd === null ? null : cost_usd + this.#used.cost_usd,
        wall_ms: this.#run.deps.limits.wallOf(this.#run.attempt.id),
      },
      "meanwhile",
    );
    if (over) stop({ type: "budget", why: over.why, urgent: true });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  /** What arrived since the last write, in one transaction. What cannot be written stays pending. */
  async #write(): Promise<void> {
    const usage = this.#newest;
    if (usage === null || usage === this.#stored) return;
    const { deps, attempt } = this.#run;
    const taken = this.#pending;
    this.#pending = nothing();
    try {
      await writeAs(deps.log, attempt, "usage", async (tx, task) => {
        await setTurnUsage(tx, this.#turnId, usage);
        await patchTask(tx, task.id, {
          input_tokens: task.input_tokens + taken.input_tokens,
          output_tokens: task.output_tokens + taken.output_tokens,
          cached_tokens: task.cached_tokens + taken.cached_tokens,
          cost_usd: task.cost_usd + taken.cost_usd,
          progress_at: tx.now,
        });
        await deps.limits.save(tx, task.project_id);
        await tx.append({
          ...scopeOf(task, attempt.id),
          turn_id: this.#turnId,
          type: "usage.updated",
          data: { usage },
        });
      });
    } catch (error) {
      add(this.#pending, taken);
      throw error;
    }
    this.#stored = usage;
  }
}

/** What was used between two reports; a report that takes something back takes nothing off the totals. */
function difference(before: Usage, now: Usage): Added {
  const more = (name: "input_tokens" | "output_tokens" | "cached_tokens") =>
    Math.max(0, now[name] - before[name]);
  return {
    input_tokens: more("input_tokens"),
    output_tokens: more("output_tokens"),
    cached_tokens: more("cached_tokens"),
    cost_usd: Math.max(0, (now.cost_usd ?? 0) - (before.cost_usd ?? 0)),
  };
}

function add(sum: Added, more: Added): void {
  for (const name of Object.keys(sum) as (keyof Added)[]) sum[name] += more[name];
}
