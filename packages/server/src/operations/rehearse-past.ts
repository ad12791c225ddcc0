import type { Result } from "@harness/protocol";
import type { EventLog } from "../events/index.ts";

/** What judges a command again. */
type Judge = (command: string) => Promise<{
  readonly decision: "allow" | "prompt" | "forbidden";
  readonly reason: string;
  readonly rule: unknown;
}>;

/**
 * Judges past commands again and tells which decisions would be others. What was denied counts as changed only when a
 * rule allows it now: where no rule speaks, a person decided, and would again.
 */
export async function rehearsePast(
  deps: { readonly log: EventLog },
  which: { readonly limit: number; readonly project_id: string | undefined },
  judge: Judge,
): Promise<Result<"policy/dry_run">> {
  const events = await deps.log.newest(
    { project_id: which.project_id, types: ["policy.decided"] },
    which.limit,
  );
  const changed = new Map<string, Result<"policy/dry_run">["changed"][number]>();
  let decisions = 0;
  for (const event of events) {
    if (event.type !== "policy.decided" || event.data.command === undefined) continue;
    decisions += 1;
    const { command, decision: was, reason: was_reason } = event.data;
    const key = `${was}\0${command}`;
    const known = changed.get(key);
    if (known !== undefined) {
      changed.set(key, { ...known, times: known.times + 1 });
      continue;
    }
    const { decision: now, reason: now_reason, rule } = await judge(command);
    const differs = was === "allow" ? now !== "allow" : now === "allow" && rule !== null;
    if (differs) changed.set(key, { command, times: 1, last_at: event.at, was, was_reason, now, now_reason });
  }
  return { decisions, changed: [...changed.values()] };
}
