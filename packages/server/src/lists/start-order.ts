import type { ListStart } from "@harness/protocol";

/** A task of a list, as the order of starts needs to know it. */
export interface StartPlan {
  readonly item: number;
  readonly project: string;
  /** Tasks of its project that may run at once; 0 when the project is not active. */
  readonly projectLimit: number;
  readonly priority: number;
  /** Items that must end well first. */
  readonly after: readonly number[];
  /** Tasks outside the list it waits for. */
  readonly waitsFor: readonly string[];
  /** One of those has ended badly. */
  readonly failed: string | undefined;
}

/**
 * The order in which the tasks of a list would start, by the rules of the dispatcher: ready ones first, by priority,
 * then the project with the fewest running, then the one served longest ago, then the order of the list; limits of
 * project and server hold. Every task takes one wave, because how long it really takes nobody knows; a task outside the list
 * that is waited for ends with the first wave. What cannot start by itself comes last, without a wave.
 */
export function startOrder(plans: readonly StartPlan[], limit: number): ListStart[] {
  const never = stuck(plans);
  const open = plans.filter(({ item }) => !never.has(item));
  const started = new Map<number, number>();
  const order: ListStart[] = [];
  const served = new Map<string, number>();
  let before: readonly StartPlan[] = [];
  for (let wave = 1; order.length < open.length; wave += 1) {
    const ready = open.filter((plan) => !started.has(plan.item) && isReady(plan, started, wave));
    const running = pick(ready, limit, served, order.length);
    if (running.length === 0 && wave > 1) break;
    for (const plan of running) order.push(describe(plan, wave, started, before));
    for (const plan of running) started.set(plan.item, wave);
    before = running;
  }
  for (const plan of plans) {
    const start = never.get(plan.item);
    if (start !== undefined) order.push(start);
  }
  return order;
}

function isReady(plan: StartPlan, started: ReadonlyMap<number, number>, wave: number): boolean {
  return plan.after.every((item) => started.has(item)) && (plan.waitsFor.length === 0 || wave > 1);
}

/** The tasks that get a place, in the order they are taken; notes when each project was served. */
function pick(
  ready: readonly StartPlan[],
  limit: number,
  served: Map<string, number>,
  startedSoFar: number,
): StartPlan[] {
  const left = [...ready];
  const taken: StartPlan[] = [];
  const running = new Map<string, number>();
  while (taken.length < limit) {
    const free = left.filter((plan) => (running.get(plan.project) ?? 0) < plan.projectLimit);
    const next = free.sort(
      (a, b) =>
        b.priority - a.priority ||
        (running.get(a.project) ?? 0) - (running.get(b.project) ?? 0) ||
        (served.get(a.project) ?? 0) - (served.get(b.project) ?? 0) ||
        a.item - b.item,
    )[0];
    if (next === undefined) break;
    left.splice(left.indexOf(next), 1);
    taken.push(next);
    running.set(next.project, (running.get(next.project) ?? 0) + 1);
    served.set(next.project, startedSoFar + taken.length);
  }
  return taken;
}

function describe(
  plan: StartPlan,
  wave: number,
  started: ReadonlyMap<number, number>,
  before: readonly StartPlan[],
): ListStart {
  const { item } = plan;
  if (wave === 1) return { item, wave, reason: "now", after: [], text: "now" };
  const names = [...plan.after.map((one) => `#${one}`), ...plan.waitsFor];
  const ready =
    Math.max(...plan.after.map((one) => started.get(one) ?? 0), plan.waitsFor.length > 0 ? 1 : 0) + 1;
  if (ready === wave)
    return { item, wave, reason: "dependency", after: [...plan.after], text: `after ${names.join(", ")}` };
  const same = before.filter(({ project }) => project === plan.project);
  const full = same.length >= plan.projectLimit ? same : before;
  const until = full.map((one) => one.item);
  const text = `when a place is free${full === same ? ` in ${plan.project}` : ""}`;
  return {
    item,
    wave,
    reason: "place",
    after: until,
    text: names.length > 0 ? `after ${names.join(", ")}, ${text}` : text,
  };
}

/** Tasks that do not start by themselves, and those that wait for them. */
function stuck(plans: readonly StartPlan[]): Map<number, ListStart> {
  const never = new Map<number, ListStart>();
  for (let size = -1; size !== never.size; ) {
    size = never.size;
    for (const plan of plans) {
      if (never.has(plan.item)) continue;
      const on = plan.after.find((item) => never.has(item));
      const start = { item: plan.item, wave: null, after: on === undefined ? [] : [on] };
      if (plan.projectLimit === 0)
        never.set(plan.item, {
          ...start,
          reason: "project_inactive",
          text: `when ${plan.project} is active`,
        });
      else if (plan.failed !== undefined)
        never.set(plan.item, {
          ...start,
          reason: "dependency_failed",
          text: `when ${plan.failed} is retried`,
        });
      else if (on !== undefined)
        never.set(plan.item, { ...start, reason: "dependency", text: `after #${on}` });
    }
  }
  return never;
}
