import type { Params, TaskDetail } from "@harness/protocol";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import { Button, Dialog, duration, Field, Input, money, Problem } from "../../ui/index.ts";

/** Whether a task can be queued again as it was. */
export function mayRetry({ status, discarded_at }: TaskDetail): boolean {
  return discarded_at === null && ["failed", "cancelled", "budget_exhausted"].includes(status);
}

/** Queues a task again with more to spend, or from its base; what is left empty stays as it is. */
export function RetryDialog({
  task,
  onClose,
}: {
  readonly task: TaskDetail;
  readonly onClose: () => void;
}): ReactNode {
  const [caps, setCaps] = useState({ usd: "", tokens: "", turns: "", minutes: "" });
  const [fresh, setFresh] = useState(false);
  const retry = useAct("task/retry");
  const set = (change: Partial<typeof caps>) => setCaps({ ...caps, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retry.mutate({ task_id: task.id, ...raised(caps), ...(fresh ? { fresh } : {}) }, { onSuccess: onClose });
  };
  const { limits, spent } = task;
  const wall = limits.max_wall_secs === null ? "no cap" : duration(limits.max_wall_secs * 1_000);
  return (
    <Dialog title="Retry with other limits" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Most dollars"
          hint={`Used ${money(spent.cost_usd)} of ${limits.max_budget_usd === null ? "no cap" : money(limits.max_budget_usd)}`}
        >
          <Input
            inputMode="decimal"
            value={caps.usd}
            onChange={(event) => set({ usd: event.target.value })}
          />
        </Field>
        <Field label="Most tokens" hint={`Used ${spent.total_tokens} of ${limits.max_tokens ?? "no cap"}`}>
          <Input
            inputMode="numeric"
            value={caps.tokens}
            onChange={(event) => set({ tokens: event.target.value })}
          />
        </Field>
        <Field label="Most turns" hint={`Used ${spent.turns} of ${limits.max_turns ?? "no cap"}`}>
          <Input
            inputMode="numeric"
            value={caps.turns}
            onChange={(event) => set({ turns: event.target.value })}
          />
        </Field>
        <Field label="Most minutes of work" hint={`Used ${duration(spent.wall_ms)} of ${wall}`}>
          <Input
            inputMode="numeric"
            value={caps.minutes}
            onChange={(event) => set({ minutes: event.target.value })}
          />
        </Field>
        <label className="flex items-center gap-2 sm:col-span-2 pointer-coarse:min-h-11">
          <input type="checkbox" checked={fresh} onChange={(event) => setFresh(event.target.checked)} />
          Begin at the base again instead of going on from the work that is kept
        </label>
        {retry.error !== null && (
          <div className="sm:col-span-2">
            <Problem error={retry.error} />
          </div>
        )}
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button type="submit" look="primary" busy={retry.isPending}>
            Retry
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The caps that were written; the server says what is wrong with one that is no number. */
function raised(
  caps: Readonly<Record<"usd" | "tokens" | "turns" | "minutes", string>>,
): Omit<Params<"task/retry">, "task_id"> {
  const given = (text: string) => (text.trim() === "" ? undefined : Number(text.replace(",", ".")));
  const minutes = given(caps.minutes);
  return {
    max_budget_usd: given(caps.usd),
    max_tokens: given(caps.tokens),
    max_turns: given(caps.turns),
    max_wall_secs: minutes === undefined ? undefined : Math.round(minutes * 60),
  };
}
