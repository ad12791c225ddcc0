import { useEffect } from "react";

/**
 * Follows something while somebody looks at the page. It is let go while nobody does and followed anew when somebody
 * does: a browser has few connections to one server for all its windows. `run` stays the same as long as what it
 * follows does.
 */
export function useWhileSeen(run: (signal: AbortSignal) => Promise<void>): void {
  useEffect(() => {
    let over: AbortController | undefined;
    const look = () => {
      if (document.hidden) {
        over?.abort();
        over = undefined;
      } else if (over === undefined) {
        over = new AbortController();
        void run(over.signal);
      }
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      over?.abort();
    };
  }, [run]);
}
