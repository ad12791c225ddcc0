import { TaskId } from "@harness/protocol";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTasks } from "../../live/index.ts";
import { Button, Field, Input, visibleText } from "../../ui/index.ts";
import { statusWord } from "../../work/index.ts";
import type { FieldsProps } from "./choices.tsx";

/** Tasks offered at a time. */
const MOST = 6;

/** The tasks that must end well first, found by words of their titles or named by their ids. */
export function DependsOn({ draft, change, errors }: FieldsProps): ReactNode {
  const tasks = useTasks();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const free = tasks.filter(({ id }) => !draft.depends_on.includes(id));
  const found =
    wanted === ""
      ? []
      : free.filter(({ id, title }) => title.toLowerCase().includes(wanted) || id.toLowerCase() === wanted);
  const byId = found.length === 0 && TaskId.safeParse(typed.trim()).success ? [typed.trim()] : [];
  const add = (id: string) => {
    change({ depends_on: [...draft.depends_on, id] });
    setTyped("");
  };
  const titleOf = (id: string) => tasks.find((task) => task.id === id)?.title ?? id;
  return (
    <div className="flex flex-col gap-2">
      <Field label="Begins after" error={errors.get("depends_on")}>
        <Input
          type="search"
          value={typed}
          placeholder="Words of a task's title, or its id"
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => {
            const first = found[0]?.id ?? byId[0];
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey || first === undefined) return;
            event.preventDefault();
            add(first);
          }}
        />
      </Field>
      {(found.length > 0 || byId.length > 0) && (
        <ul aria-label="Tasks found" className="flex flex-col rounded border bg-page">
          {found.slice(0, MOST).map((task) => (
            <li key={task.id}>
              <Found onClick={() => add(task.id)}>
                <span className="truncate">{visibleText(task.title)}</span>
                <span className="text-sm text-muted">{statusWord(task)}</span>
              </Found>
            </li>
          ))}
          {byId.map((id) => (
            <li key={id}>
              <Found onClick={() => add(id)}>
                <span className="truncate font-mono text-sm">{id}</span>
              </Found>
            </li>
          ))}
        </ul>
      )}
      {draft.depends_on.length > 0 && (
        <ul aria-label="Begins after these" className="flex flex-wrap gap-1">
          {draft.depends_on.map((id) => (
            <li key={id} className="flex max-w-full items-center rounded border bg-page pl-2">
              <span className="truncate">{visibleText(titleOf(id))}</span>
              <Button
                look="quiet"
                className="px-1.5"
                aria-label={`Not after ${visibleText(titleOf(id))}`}
                onClick={() => change({ depends_on: draft.depends_on.filter((other) => other !== id) })}
              >
                <X size={13} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Found({
  onClick,
  children,
}: {
  readonly onClick: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex min-h-7 w-full items-center justify-between gap-3 px-2 text-left hover:bg-hover pointer-coarse:min-h-11"
    >
      {children}
    </button>
  );
}
