import { type RefObject, useEffect, useState } from "react";

/**
 * The line under the pointer, by the key of its row. One listener for all lines, so that thousands of them need no
 * button each; the keys reach every line too. A press on a line away from its controls is told.
 */
export function usePointedLine(
  list: RefObject<HTMLElement | null>,
  onPress: (key: string) => void,
): string | null {
  const [pointed, point] = useState<string | null>(null);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const over = ({ target }: Event) => point(lineAt(target));
    const leave = () => point(null);
    const press = ({ target }: Event) => {
      const key = lineAt(target);
      const selecting = getSelection()?.isCollapsed === false;
      if (key !== null && !selecting && target instanceof Element && target.closest("button") === null)
        onPress(key);
    };
    element.addEventListener("pointerover", over);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("click", press);
    return () => {
      element.removeEventListener("pointerover", over);
      element.removeEventListener("pointerleave", leave);
      element.removeEventListener("click", press);
    };
  }, [list, onPress]);
  return pointed;
}

function lineAt(target: EventTarget | null): string | null {
  const row = target instanceof Element ? target.closest("[data-line]") : null;
  return row?.getAttribute("data-line") ?? null;
}
