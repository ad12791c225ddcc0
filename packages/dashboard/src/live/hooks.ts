import type { OperationName, Params, Result, Task } from "@harness/protocol";
import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from "@tanstack/react-query";
import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import type { FeedState } from "./event-feed.ts";
import type { Live } from "./live.ts";
import type { Observable } from "./observable.ts";
import type { TaskTable } from "./task-store.ts";

/** The connection with the server; given once, by the app. */
export const LiveContext = createContext<Live | null>(null);

/** The connection with the server. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("The page is not connected: LiveContext is missing.");
  return live;
}

/** An observable's value, followed. */
export function useObserved<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, () => observable.value);
}

/** How the page hears of what happens, and how old what it shows may be. */
export function useFeedState(): FeedState {
  return useObserved(useLive().feed.state);
}

/** Every task that has not ended and the newest that have, kept true. */
export function useTaskTable(): TaskTable {
  return useObserved(useLive().tasks.table);
}

/** The same as a list that changes only when a task does. */
export function useTasks(): readonly Task[] {
  const { tasks } = useTaskTable();
  return useMemo(() => [...tasks.values()], [tasks]);
}

/** What an answer is read with, beside its parameters. */
export interface ReadOptions {
  readonly enabled?: boolean;
  /** Keeps the answer to the parameters before on the screen while the new one is on its way. */
  readonly keep?: boolean;
  /** Read again after this long (milliseconds), for what no event tells. */
  readonly everyMs?: number;
}

/** What an operation answers, kept and read anew when an event says that it changed. */
export function useRead<N extends OperationName>(
  operation: N,
  params: Params<N>,
  { enabled = true, keep = false, everyMs }: ReadOptions = {},
): UseQueryResult<Result<N>> {
  const { client } = useLive();
  return useQuery<Result<N>>({
    queryKey: [operation, params],
    queryFn: ({ signal }) => client.call(operation, params, { signal }),
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}

/** Something a person does: `mutate(params)` calls the operation, `error` is what was refused. */
export function useAct<N extends OperationName>(
  operation: N,
): UseMutationResult<Result<N>, Error, Params<N>> {
  const { client, queries } = useLive();
  return useMutation<Result<N>, Error, Params<N>>({
    mutationFn: (params) => client.call(operation, params),
    // Events tell what changed; answers no event tells of begin with the same word.
    onSettled: () => {
      const word = operation.slice(0, operation.indexOf("/") + 1);
      return queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith(word) });
    },
  });
}
