import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { type Commands, CommandsContext } from "../commands/index.ts";
import { type Live, LiveContext } from "../live/index.ts";
import type { createAppRouter } from "./routes.ts";

interface AppProps {
  readonly live: Live;
  readonly commands: Commands;
  readonly router: ReturnType<typeof createAppRouter>;
}

/** The page: the connection with the server, the commands and the screens. */
export function App({ live, commands, router }: AppProps): ReactNode {
  useEffect(() => {
    const over = new AbortController();
    void live.run(over.signal);
    return () => over.abort();
  }, [live]);
  return (
    <LiveContext value={live}>
      <CommandsContext value={commands}>
        <QueryClientProvider client={live.queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </CommandsContext>
    </LiveContext>
  );
}
