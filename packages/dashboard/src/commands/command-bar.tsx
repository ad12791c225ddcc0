import { Command as Palette } from "cmdk";
import { type ReactNode, useContext, useState } from "react";
import { useObserved, useTasks } from "../live/index.ts";
import { Dialog, visibleText } from "../ui/index.ts";
import { CommandsContext } from "./hooks.ts";

/** Tasks the bar offers at most. */
const MOST_TASKS = 30;

interface CommandBarProps {
  readonly onClose: () => void;
  readonly onTask: (task_id: string) => void;
}

/** Everything that can be done here, and every task, by a few letters of its name. */
export function CommandBar({ onClose, onTask }: CommandBarProps): ReactNode {
  const commands = useObserved(useContext(CommandsContext).all);
  const tasks = useTasks();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const found =
    wanted === ""
      ? []
      : tasks
          .filter((task) =>
            `${task.title} ${task.id} ${task.branch ?? ""} ${task.project}`.toLowerCase().includes(wanted),
          )
          .slice(0, MOST_TASKS);
  const run = (action: () => void) => {
    onClose();
    action();
  };
  const row =
    "flex items-center justify-between gap-3 rounded px-2 py-1.5 data-[selected=true]:bg-hover pointer-coarse:min-h-11";
  return (
    <Dialog title="Commands and tasks" onClose={onClose}>
      <Palette label="Commands and tasks" loop>
        <Palette.Input
          data-first-focus
          value={typed}
          onValueChange={setTyped}
          placeholder="Type a command, or a task's name"
          className="mb-2 w-full rounded border border-strong-line/60 bg-page px-2 py-1.5"
        />
        <Palette.List className="max-h-[50dvh] overflow-y-auto">
          <Palette.Empty className="p-3 text-muted">Nothing is called that.</Palette.Empty>
          {[...new Map(commands.map((command) => [command.id, command])).values()].map(
            ({ id, title, keys, group, run: act }) => (
              <Palette.Item
                key={id}
                value={`${title} ${group} ${id}`}
                onSelect={() => run(act)}
                className={row}
              >
                <span>{title}</span>
                {keys && <Keys keys={keys} />}
              </Palette.Item>
            ),
          )}
          {found.map((task) => (
            <Palette.Item
              key={task.id}
              value={`${task.title} ${task.id} ${task.branch ?? ""} ${task.project}`}
              onSelect={() => run(() => onTask(task.id))}
              className={row}
            >
              <span className="truncate">{visibleText(task.title)}</span>
              <span className="text-sm text-muted">{task.status}</span>
            </Palette.Item>
          ))}
        </Palette.List>
      </Palette>
    </Dialog>
  );
}

/** Keys as they are pressed. */
export function Keys({ keys }: { readonly keys: string }): ReactNode {
  return (
    <span className="flex shrink-0 gap-1">
      {keys.split(" ").map((key) => (
        <kbd key={key} className="rounded border border-strong-line/60 bg-page px-1 font-mono text-xs">
          {key}
        </kbd>
      ))}
    </span>
  );
}
