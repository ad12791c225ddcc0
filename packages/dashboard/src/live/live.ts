import { HarnessClient } from "@harness/client";
import { isHarnessError } from "@harness/protocol";
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { affected } from "./affected.ts";
import { BrowserNotes, browserPlatform } from "./browser-notes.ts";
import { EventFeed } from "./event-feed.ts";
import { Observable } from "./observable.ts";
import { pause } from "./page-turns.ts";
import { Rereads } from "./rereads.ts";
import { TaskStore } from "./task-store.ts";

/** How long answers are good without an event that says otherwise. */
const FRESH_MS = 30_000;
/** How long to wait before a server that cannot be reached is asked again. */
const KNOCK_MS = 1_000;

/** Everything that connects the page with the server; made once, with the page. */
export class Live {
  readonly client: HarnessClient;
  readonly queries: QueryClient;
  readonly feed: EventFeed;
  readonly tasks: TaskStore;
  readonly notes = new BrowserNotes(browserPlatform);
  /** False once the server says that nobody is logged in here. */
  readonly loggedIn = new Observable(true);
  #knocking = false;

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
    const rereads = new Rereads(({ operation, task_id }) => {
      const queryKey = task_id === null ? [operation] : [operation, { task_id }];
      void this.queries.invalidateQueries({ queryKey });
    });
    const stop = this.feed.listen((events) => {
      this.tasks.hear(events);
      if (events === "resync") void this.queries.invalidateQueries();
      else for (const stale of affected(events)) rereads.hear(stale);
    });
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const stopKnocking = this.feed.state.subscribe(() => {
      if (this.feed.state.value.connection === "lost") void this.#knock(until);
    });
    const stopLooking = this.loggedIn.subscribe(() => over.abort());
    const stopRereading = () => rereads.stop();
    for (const end of [stop, stopRereading, stopKnocking, stopLooking])
      until.addEventListener("abort", end, { once: true });
    void this.#knock(until);
    await this.feed.run(until);
  }

  /**
   * Asks until there is an answer whether we are still known: a server that does not know us says so to a request, while
   * a socket is only closed. Tells too when something happened last.
   */
  async #knock(signal: AbortSignal): Promise<void> {
    if (this.#knocking) return;
    this.#knocking = true;
    while (!signal.aborted) {
      try {
        const { last_seq } = await this.client.call("server/status", {}, { signal });
        const before = { after_seq: Math.max(0, last_seq - 1), limit: 1 };
        const [last] = (await this.client.call("event/query", before, { signal })).data;
        if (last) this.feed.lastWas(last.at);
        break;
      } catch (error) {
        if (isHarnessError(error, "unauthorized")) this.loggedIn.set(false);
        if (isHarnessError(error)) break;
      }
      await pause(KNOCK_MS);
    }
    this.#knocking = false;
  }
}
