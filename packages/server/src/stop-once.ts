import type { App } from "./app.ts";

/**
 * How a server that runs is stopped: once, however often it is asked, in the order `App.stop` says; `hurry` ends the
 * wait for running turns.
 */
export function stopOnce(
  app: App,
  closeEdges: () => Promise<void>,
  after: () => void = () => {},
): { stop(reason?: string): Promise<void>; hurry(): void } {
  const hurry = new AbortController();
  let stopping: Promise<void> | undefined;
  return {
    stop(reason = "stopped") {
      stopping ??= app.stop(reason, closeEdges, hurry.signal).then(after);
      return stopping;
    },
    hurry: () => hurry.abort(),
  };
}
