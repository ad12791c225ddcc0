import type { KeyboardEvent } from "react";

/** Whether a key sends: Ctrl+Enter, on a Mac Cmd+Enter. */
export function isSend({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === "Enter" && (ctrlKey || metaKey);
}
