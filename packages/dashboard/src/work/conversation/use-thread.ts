import { useCallback, useMemo } from "react";
import { useLive, useObserved, useWhileShown } from "../../live/index.ts";
import { type FollowedThread, ThreadFollower } from "./thread-follower.ts";

/** A thread, live. */
export function useThread(thread_id: string): FollowedThread {
  const { client } = useLive();
  const follower = useMemo(() => new ThreadFollower(client, thread_id), [client, thread_id]);
  useWhileShown(useCallback((signal) => follower.run(signal), [follower]));
  return useObserved(follower.state);
}
