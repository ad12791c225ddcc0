import { useEffect } from "react";

/** Follows something as long as it is on the page. `run` stays the same as long as what it follows does. */
export function useWhileShown(run: (signal: AbortSignal) => Promise<void>): void {
  useEffect(() => {
    const over = new AbortController();
    void run(over.signal);
    return () => over.abort();
  }, [run]);
}
