import { useEffect, useMemo } from "react";
import { useLive, useObserved } from "../../live/index.ts";
import { type FollowedThread, ThreadFollower } from "./thread-follower.ts";

/**
 * A thread, live. It is let go while nobody looks at the page, and read anew when somebody does: a browser has few
 * connections to one server for all its windows.
 */
export function useThread(thread_id: string): FollowedThread {
  const { client } = useLive();
  const follower = useMemo(() => new ThreadFollower(client, thread_id), [client, thread_id]);
  useEffect(() => {
    let over: AbortController | undefined;
    const look = () => {
      if (document.hidden) {
        over?.abort();
        over = undefined;
      } else if (over === undefined) {
        over = new AbortController();
        void follower.run(over.signal);
      }
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      over?.abort();
    };
  }, [follower]);
  return useObserved(follower.state);
}
