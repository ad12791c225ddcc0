import { useState } from "react";
import { OnceKey } from "../../live/index.ts";

/** Sending something once, however often it is tried. */
export interface Sending {
  readonly busy: boolean;
  readonly error: unknown;
  /** `what` is what is sent: the same again is the same submission. */
  readonly send: (what: string) => void;
}

/**
 * Sends with a key that stays while nothing changes: when the answer was lost on its way, trying again does not submit it
 * a second time.
 */
export function useSending(run: (idempotencyKey: string) => Promise<void>): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [keys] = useState(() => new OnceKey());
  const go = async (what: string) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await run(keys.of(what));
      keys.accepted();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, send: (what) => void go(what) };
}
