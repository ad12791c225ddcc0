import { type KeyboardEvent, useRef, useState } from "react";

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
  const tried = useRef({ what: "", key: "" });
  const go = async (what: string) => {
    if (busy) return;
    if (tried.current.what !== what) tried.current = { what, key: newKey() };
    setBusy(true);
    setError(null);
    try {
      await run(tried.current.key);
      tried.current = { what: "", key: "" };
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, send: (what) => void go(what) };
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Whether a key sends: Ctrl+Enter, on a Mac Cmd+Enter. */
export function isSend({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === "Enter" && (ctrlKey || metaKey);
}
