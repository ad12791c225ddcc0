import type { ReactNode } from "react";
import { useNow } from "./clock.ts";
import { ago, duration } from "./figures.ts";

/** When something was: relative, the exact time on hover. */
export function Time({ at }: { readonly at: string | number }): ReactNode {
  const now = useNow();
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {ago(now - date.getTime())}
    </time>
  );
}

/** How long something took, or has taken so far. */
export function Elapsed({ from, to }: { readonly from: string; readonly to: string | null }): ReactNode {
  return to === null ? <Running from={from} /> : duration(Date.parse(to) - Date.parse(from));
}

function Running({ from }: { readonly from: string }): ReactNode {
  const now = useNow();
  return <>{duration(Math.max(0, now - Date.parse(from)))}</>;
}
