import type { ReactNode } from "react";
import { Board } from "./board.tsx";

/** The tasks, by who must act or by their state. */
export function BoardScreen(): ReactNode {
  return <Board />;
}
