import type { Task } from "@harness/protocol";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { visibleText } from "../../ui/index.ts";
import { statusWord } from "../../work/index.ts";

/** Changes told at a time: of a burst the number says enough. */
const MOST = 3;

/** Says aloud, to those who do not see the cards move, what became of which task. */
export function StatusNews({ tasks }: { readonly tasks: readonly Task[] }): ReactNode {
  const before = useRef<ReadonlyMap<string, string> | null>(null);
  const [news, setNews] = useState("");
  useEffect(() => {
    const known = before.current;
    before.current = new Map(tasks.map((task) => [task.id, task.status]));
    const changed =
      known === null ? [] : tasks.filter(({ id, status }) => (known.get(id) ?? status) !== status);
    if (changed.length > 0)
      setNews(
        changed.length > MOST
          ? `${changed.length} tasks changed`
          : changed.map((task) => `${visibleText(task.title)}: ${statusWord(task)}`).join(", "),
      );
  }, [tasks]);
  return (
    <p role="status" className="sr-only">
      {news}
    </p>
  );
}
