import { useEffect, useState } from "react";
import type { Highlighter } from "./highlight.ts";

/** What colours the words of code, loaded when a change is shown; null until then, or when it cannot be loaded. */
export function useHighlighter(): Highlighter | null {
  const [highlighter, set] = useState<Highlighter | null>(null);
  useEffect(() => {
    let shown = true;
    import("./highlight.ts").then(
      ({ Highlighter }) => shown && set(new Highlighter()),
      () => {},
    );
    return () => {
      shown = false;
    };
  }, []);
  return highlighter;
}
