import type { Thread } from "@harness/protocol";
import { type UseQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { useLive } from "../../live/index.ts";

/** Threads read at a time. */
const PAGE = 100;

interface ThreadPages {
  /** Those that belong to no task, newest first. */
  readonly read: UseQueryResult<readonly Thread[]>;
  readonly more: boolean;
  readonly busy: boolean;
  readonly onMore: () => void;
}

/** The conversations of all projects or one, page by page, read anew when one changes. */
export function useThreadPages(project: string | undefined): ThreadPages {
  const { client } = useLive();
  const pages = useInfiniteQuery({
    queryKey: ["thread/list", { project, pages: true }],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.call(
        "thread/list",
        {
          limit: PAGE,
          ...(project === undefined ? {} : { project }),
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ page }) => page.next_cursor,
    select: ({ pages: all }): readonly Thread[] =>
      all.flatMap(({ data }) => data.filter(({ task_id }) => task_id === null)),
  });
  return {
    read: pages as unknown as UseQueryResult<readonly Thread[]>,
    more: pages.hasNextPage,
    busy: pages.isFetchingNextPage,
    onMore: () => void pages.fetchNextPage(),
  };
}
