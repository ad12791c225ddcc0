import type { Task } from "@harness/protocol";
import { Copy, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Select, useCopy } from "../../ui/index.ts";
import { actionsFor, isOver, type Prioritize, priorityWords, type TaskActionRun } from "../../work/index.ts";

/** What can be done with the selected cards. */
export function SelectionBar({
  tasks,
  actions,
  priority,
  onClear,
}: {
  readonly tasks: readonly Task[];
  readonly actions: TaskActionRun;
  readonly priority: Prioritize;
  readonly onClear: () => void;
}): ReactNode {
  const { copied, copy, byHand } = useCopy(tasks.map(({ id }) => id).join("\n"));
  return (
    <section
      aria-label="Selected tasks"
      className="sticky bottom-0 z-10 mx-3 mb-3 flex flex-wrap items-center gap-2 rounded-lg border bg-raised p-2 shadow-lg sm:mx-4"
    >
      <span role="status" className="px-1 font-medium">
        {tasks.length} selected
      </span>
      {actionsFor(tasks).map(({ action, tasks: some }) => (
        <Button
          key={action.id}
          look={action.destroys ? "danger" : "plain"}
          keys={`w ${action.key}`}
          onClick={() => actions.start(action, some)}
        >
          {action.title} {some.length === tasks.length ? "" : some.length}
          {action.confirm !== undefined && " …"}
        </Button>
      ))}
      {tasks.some((task) => !isOver(task)) && (
        <Select
          aria-label="Priority of the selected tasks"
          className="w-auto"
          value=""
          onChange={({ target }) => priority.set(tasks, Number(target.value))}
        >
          <option value="" disabled>
            Priority
          </option>
          {priorityWords.map((word, place) => (
            <option key={word} value={place}>
              {word}
            </option>
          ))}
        </Select>
      )}
      <Button onClick={copy} keys="w y">
        <Copy size={13} aria-hidden />
        <span aria-live="polite">{copied ? "Copied" : tasks.length === 1 ? "Copy id" : "Copy ids"}</span>
      </Button>
      {byHand}
      <Button look="quiet" className="ml-auto" onClick={onClear} keys="Esc">
        <X size={13} aria-hidden /> Clear
      </Button>
    </section>
  );
}
