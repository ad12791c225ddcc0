import { createContext, useContext, useEffect, useRef } from "react";
import { type Command, Commands } from "./registry.ts";

/** The commands of the page; given once, by the app. */
export const CommandsContext = createContext(new Commands());

/** What can be done while this is on the screen. The list may be new each time; what its commands do is always the newest. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(CommandsContext);
  const newest = useRef(commands);
  newest.current = commands;
  const shape = commands
    .map(({ id, title, keys, group }) => `${id}\n${title}\n${keys}\n${group}`)
    .join("\n\n");
  // The commands are added anew only when what people see of them changes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(
    () =>
      registry.add(
        newest.current.map((command) => ({
          ...command,
          run: () => newest.current.find(({ id }) => id === command.id)?.run(),
        })),
      ),
    [registry, shape],
  );
}
