import { lazy, type ReactNode, Suspense, useState } from "react";
import { useRead } from "../../live/index.ts";
import { Board } from "./board.tsx";

const FirstRun = lazy(() => import("./first-run.tsx"));

/** The tasks, by who must act or by their state; before there is a project, how to begin. */
export function BoardScreen(): ReactNode {
  const { data: projects } = useRead("project/list", { limit: 500 });
  const [held, hold] = useState(false);
  if (projects?.data.length !== 0 && !held) return <Board />;
  return (
    <Suspense fallback={null}>
      <FirstRun onHold={hold} />
    </Suspense>
  );
}
