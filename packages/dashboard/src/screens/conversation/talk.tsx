import type { Turn } from "@harness/protocol";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useCallback } from "react";
import { ThreadLog, type ThreadView } from "../../work/index.ts";
import { TurnActions } from "./turn-actions.tsx";

const route = getRouteApi("/ui/conversations/$threadId");

/** What was said, with what can be done from each turn. */
export function Talk({ view }: { readonly view: ThreadView }): ReactNode {
  const { turn, item } = route.useSearch();
  const { thread_id } = view;
  const address = useCallback(
    (turn_id: string, seq: number | null) =>
      `/ui/conversations/${thread_id}?turn=${turn_id}${seq === null ? "" : `&item=${seq}`}`,
    [thread_id],
  );
  const idle = view.status === "idle";
  const turnActions = useCallback((one: Turn) => <TurnActions turn={one} idle={idle} />, [idle]);
  return <ThreadLog view={view} shown={{ turn, item }} address={address} turnActions={turnActions} />;
}
