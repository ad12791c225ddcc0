import { lazy, type ReactNode, Suspense } from "react";
import type { ChangeViewerProps } from "./change-source.ts";

// What reads and colours a change is loaded when one is looked at.
const Loaded = lazy(async () => ({ default: (await import("./changes/index.ts")).ChangeViewer }));

/** A change, read line by line and commented on. */
export function ChangeViewer(props: ChangeViewerProps): ReactNode {
  return (
    <Suspense fallback={<p role="status">Loading the view of changes …</p>}>
      <Loaded {...props} />
    </Suspense>
  );
}
