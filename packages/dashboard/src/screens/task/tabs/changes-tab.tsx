import type { TaskDetail } from "@harness/protocol";
import { lazy, type ReactNode, Suspense } from "react";

// What reads and colours a change is loaded when one is looked at.
const ChangesView = lazy(async () => ({ default: (await import("../changes/index.ts")).ChangesView }));

/** What the task changed. */
export function ChangesTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return (
    <Suspense fallback={<p role="status">Loading the view of changes …</p>}>
      <ChangesView task={task} />
    </Suspense>
  );
}
