import { rmSync } from "node:fs";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { spendingAgent } from "../support/spending-agent.ts";
import { testDir } from "../support/test-app.ts";
import { type World, type WorldOptions, world } from "./world.ts";

/** In the evening, by clocks in London: the night began at noon and ends at the next. */
export const EVENING = "2026-01-10T22:00:00Z";
export const NEXT_NIGHT = "2026-01-11T12:00:00.000Z";
/** From the evening to the next night (milliseconds). */
export const TO_NEXT_NIGHT = 14 * 3_600_000;

/** A world on a clock that stands still, whose one agent spends what its prompt says and whose work is taken unproven. */
export interface BudgetWorld extends World {
  readonly clock: ManualClock;
  /** What the ledger holds of the night, by scope. */
  ledger(): Promise<Record<string, Record<string, number | null>>>;
}

/** Builds it. Caps of the night come as `night`; with `dir`, the world of an earlier server is opened again. */
export async function budgetWorld(
  options: WorldOptions & { night?: Record<string, number | string>; clock?: ManualClock } = {},
): Promise<BudgetWorld> {
  const { night = {}, clock = manualClock(EVENING) } = options;
  const dir = options.dir ?? testDir("budget");
  const agent = spendingAgent(dir);
  const table = Object.entries({ timezone: '"Europe/London"', ...night }).map((pair) => pair.join(" = "));
  const config = [
    options.config ?? "",
    "[agents.review]\nenabled = false",
    agent.config,
    "[night]",
    ...table,
  ];
  const w = await world({
    agents: {},
    ...options,
    config: config.join("\n"),
    env: { ...agent.env, ...options.env },
    project: { validation: "none", default: true, ...options.project },
    clock,
    dir,
  });
  return {
    ...w,
    clock,
    ledger: async () => {
      const rows = await w.app.storage.reader.selectFrom("spending").selectAll().execute();
      const marks = await w.app.storage.reader.selectFrom("budget_marks").selectAll().execute();
      return Object.fromEntries(
        rows.map(({ scope, ...row }) => {
          const budget = scope.startsWith("proj_") ? `project:${scope}` : scope;
          const reached = marks.find((one) => one.budget === budget && one.mark === "100");
          return [scope, { ...row, reached_at: reached?.at ?? null }];
        }),
      );
    },
    [Symbol.asyncDispose]: async () => {
      await w[Symbol.asyncDispose]();
      if (!options.dir) rmSync(dir, { recursive: true, force: true });
    },
  };
}
