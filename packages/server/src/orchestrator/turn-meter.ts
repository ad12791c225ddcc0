import { exactUsd, type Spent } from "@harness/protocol";
import {
  type Exhausted,
  exhausted,
  type LedgerTurn,
  type Moment,
  mostUsed,
  remainingUsd,
  scopesOf,
  threshold,
} from "../budgets/index.ts";
import { getTask, patchTask, scopeOf, type TaskRecord, usageOf, writeAs } from "../tasks/index.ts";
import { setTurnUsage } from "../threads/index.ts";
import { UsageMeter } from "../turns/index.ts";
import { capsOf, stopBy } from "./limits-words.ts";
import type { AttemptEnd, Run } from "./run.ts";

/** Asked before a turn begins, in the job that begins it: the cap of the task or the budget over it that forbids it. */
export function mayNotBegin(run: Run, task: TaskRecord, turn: LedgerTurn): AttemptEnd | undefined {
  const own = ownCap(run, task, spentOf(run, task), "spawn");
  if (own) return { type: "budget", why: own.why };
  const reached = run.deps.limits.reached(scopesOf(turn), "spawn", task.id);
  return reached && stopBy(reached, task.id);
}

/** What a turn may cost, for an agent that can hold a limit itself: the least that is left in any scope. */
export function turnBudgetUsd(run: Run, task: TaskRecord, turn: LedgerTurn): number | undefined {
  const left = [ownDollars(run, task), run.deps.limits.remainingUsd(scopesOf(turn))].filter(
    (one) => one !== undefined,
  );
  return left.length === 0 ? undefined : Math.min(...left);
}

/** How an attempt ends whose agent stopped by itself at the dollars it was given: whose cap that was decides. */
export async function agentHeldBudget(run: Run, turn: LedgerTurn, why: string): Promise<AttemptEnd> {
  const task = await getTask(run.deps.storage.reader, run.task.id);
  const own = ownDollars(run, task);
  const shared = run.deps.limits.remainingUsd(scopesOf(turn));
  return own !== undefined && (shared === undefined || own <= shared)
    ? { type: "budget", why }
    : run.deps.limits.short(scopesOf(turn), task.id, why);
}

function spentOf(run: Run, task: TaskRecord) {
  const { total_tokens, cost_usd } = usageOf(task);
  const wall_ms = run.deps.limits.wallOf(run.attempt.id);
  return { total_tokens, cost_usd, wall_ms, turns: task.turns, attempts: task.tries };
}

/**
 * Counts what one turn of a task uses: judged against the caps of the task, its project and the night, and stopped
 * there and then when it is over one. The totals of task, turn, project and night are written together.
 */
export function taskMeter(run: Run, turnId: string, before: TaskRecord): UsageMeter {
  const spent = spentOf(run, before);
  const { deps, attempt } = run;
  return new UsageMeter({
    price: (usage) => deps.limits.turns.price(turnId, usage),
    judge(added, inTurn, source) {
      const now = {
        ...spent,
        total_tokens: spent.total_tokens + inTurn.input_tokens + inTurn.output_tokens,
        cost_usd: spent.cost_usd === null ? null : exactUsd(spent.cost_usd + inTurn.cost_usd),
        wall_ms: deps.limits.wallOf(attempt.id),
      };
      // The task's own cap first: what is over both is over for good.
      const over = ownCap(run, run.task, now, "meanwhile");
      if (over) run.stop({ type: "budget", why: over.why, urgent: true });
      else warnNear(run, now);
      deps.limits.turns.use(turnId, added, source);
    },
    async store(added, usage) {
      await writeAs(deps.log, attempt, "usage", async (tx, task) => {
        await setTurnUsage(tx, turnId, usage);
        await patchTask(tx, task.id, {
          input_tokens: task.input_tokens + added.input_tokens,
          output_tokens: task.output_tokens + added.output_tokens,
          cached_tokens: task.cached_tokens + added.cached_tokens,
          cost_usd: exactUsd(task.cost_usd + added.cost_usd),
          progress_at: tx.now,
        });
        await deps.limits.turns.save(tx, turnId);
        const scope = { ...scopeOf(task, attempt.id), turn_id: turnId };
        await tx.append({ ...scope, type: "usage.updated", data: { usage } });
      });
    },
  });
}

/** The task's own cap that is reached. A shadow one stops nothing: it is said once. */
function ownCap(
  run: Run,
  task: Pick<TaskRecord, "id" | "project_id" | "limits">,
  spent: Spent,
  moment: Moment,
): Exhausted | undefined {
  const over = exhausted(capsOf(task.limits), spent, moment);
  if (!over || run.deps.config.limits.task_budget_mode === "enforce") return over;
  const budget = `task:${task.id}`;
  run.deps.limits.tells.once(budget, 0, "100", {
    ...scopeOf(task, "harness"),
    type: "budget.shadowed",
    data: { budget, why: over.why, what: task.id },
  });
  return undefined;
}

/** What a task may still cost by its own cap, which may be a shadow. */
function ownDollars(run: Run, task: TaskRecord): number | undefined {
  const enforced = run.deps.config.limits.task_budget_mode === "enforce";
  return enforced ? remainingUsd(task.limits, spentOf(run, task)) : undefined;
}

/** Tells once of each percentage of its own caps that a task passes. Its attempts and turns have counts of their own. */
function warnNear(run: Run, spent: Spent): void {
  const { task, deps } = run;
  const caps = { ...capsOf(task.limits), max_turns: null, max_attempts: null };
  const used = mostUsed(caps, spent);
  const percent = threshold(used, deps.config.limits.budget_warn_at);
  if (used === undefined || percent === undefined || used.percent >= 100) return;
  const why = `It has used ${Math.floor(used.percent)} % of ${used.cap} (${caps[used.cap]}).`;
  const mode = deps.config.limits.task_budget_mode;
  const data = { scope: "task" as const, budget: `task:${task.id}`, mode, percent, why };
  deps.limits.tells.once(data.budget, 0, String(percent), {
    ...scopeOf(task, "harness"),
    type: "budget.warned",
    data: { ...data, until: null },
  });
}
