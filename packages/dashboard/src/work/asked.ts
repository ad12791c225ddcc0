import type { Approval } from "@harness/protocol";
import { useMemo } from "react";
import { useRead } from "../live/index.ts";

/** The oldest open question of each task to a person; a task that asks may still run. */
export function useAsked(): ReadonlyMap<string, Approval> {
  const { data } = useRead("approval/list", { limit: 100 });
  // They come newest first: the oldest is put last, and stays.
  return useMemo(
    () =>
      new Map(data?.data.flatMap((one) => (one.task_id === null ? [] : [[one.task_id, one] as const])) ?? []),
    [data],
  );
}
