import { HarnessClient } from "@harness/client";
import { isHarnessError } from "@harness/protocol";
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { affected } from "./affected.ts";
import { EventFeed } from "./event-feed.ts";
import { Observable } from "./observable.ts";
import { TaskStore } from "./task-store.ts";

/** How long answers are good without an event that says otherwise. */
const FRESH_MS = 30_000;

/** Everything that connects the page with the server; made once, with the page. */
export class Live {
  readonly client: HarnessClient;
  readonly queries: QueryClient;
  readonly feed: EventFeed;
  readonly tasks: TaskStore;
  /** False once the server says that nobody is logged in here. */
  readonly loggedIn = new Observable(true);

  constructor(url: string) {
    this.client = new HarnessClient({ url });
    this.feed = new EventFeed(this.client);
    this.tasks = new TaskStore(this.client);
    const refused = (error: unknown) => {
      if (isHarnessError(error, "unauthorized")) this.loggedIn.set(false);
    };
    this.queries = new QueryClient({
      queryCache: new QueryCache({ onError: refused }),
      defaultOptions: {
        queries: {
          staleTime: FRESH_MS,
          retry: (times, error) => times < 3 && !isHarnessError(error),
          refetchOnWindowFocus: true,
        },
      },
    });
  }

  /** Follows the server until the signal aborts; answers that an event makes old are read again. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = this.feed.listen((events) => {
      this.tasks.hear(events);
      if (events === "resync") void this.queries.invalidateQueries();
      else
        for (const { operation, task_id } of affected(events))
          void this.queries.invalidateQueries({
            queryKey: task_id === null ? [operation] : [operation, { task_id }],
          });
    });
    signal.addEventListener("abort", stop, { once: true });
    try {
      // A server that does not know us says so to a request; a socket would only be closed.
      await this.client.call("server/status", {}, { signal });
    } catch (error) {
      if (isHarnessError(error, "unauthorized")) return this.loggedIn.set(false);
    }
    await this.feed.run(signal);
  }
}
