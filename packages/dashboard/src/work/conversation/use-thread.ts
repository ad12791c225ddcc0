import { useCallback, useMemo } from "react";
import { useLive, useObserved, useWhileSeen } from "../../live/index.ts";
import { type FollowedThread, ThreadFollower } from "./thread-follower.ts";

/** A thread, live while somebody looks at the page. */
export function useThread(thread_id: string): FollowedThread {
  const { client } = useLive();
  const follower = useMemo(() => new ThreadFollower(client, thread_id), [client, thread_id]);
  useWhileSeen(useCallback((signal) => follower.run(signal), [follower]));
  return useObserved(follower.state);
}
