import type { HarnessClient } from "@harness/client";
import { type Event, isHarnessError } from "@harness/protocol";
import { Observable } from "./observable.ts";
import { pause } from "./page-turns.ts";

/** `lost`: it stood and is being opened again; what is on the screen may be old. */
export type Connection = "connecting" | "open" | "lost";

/** How the page hears of what happens. */
export interface FeedState {
  readonly connection: Connection;
  /** When it became so (epoch milliseconds). */
  readonly since: number;
  /** When the last event happened, by the server's clock; null before the first. */
  readonly lastEventAt: string | null;
  readonly lastSeq: number | null;
}

/** What is read anew when the events in between are gone. */
type Listener = (events: readonly Event[] | "resync") => void;

/** How long events are gathered before the page is told: a burst is one change of the screen. */
const GATHER_MS = 100;
const RETRY_MS = 1_000;

/**
 * The one live feed of the page over a WebSocket, resumed without a gap: lists read themselves anew when something
 * they show has changed. What an agent says word by word is followed by whoever shows it. It knows how old what the
 * page shows is.
 */
export class EventFeed {
  readonly state = new Observable<FeedState>({
    connection: "connecting",
    since: Date.now(),
    lastEventAt: null,
    lastSeq: null,
  });
  readonly #client: HarnessClient;
  readonly #listeners = new Set<Listener>();
  #gathered: Event[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: HarnessClient) {
    this.#client = client;
  }

  /** Calls with every burst of events in order, and with `resync` when some were missed for good; answers how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells when the newest event happened that was before the page listened. */
  lastWas(at: string): void {
    if (this.state.value.lastEventAt === null) this.state.set({ ...this.state.value, lastEventAt: at });
  }

  /** Follows the log until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    using _watched = new NetworkWatch(() => this.#client.reconnect());
    while (!signal.aborted) {
      const after_seq = this.state.value.lastSeq ?? undefined;
      try {
        const feed = this.#client.topic(
          { topic: "state", ...(after_seq === undefined ? {} : { after_seq }) },
          { signal, onConnection: (state) => this.#connection(state, after_seq === undefined) },
        );
        for await (const { event } of feed) this.#take(event);
      } catch (error) {
        if (signal.aborted) return;
        if (isHarnessError(error, "invalid_cursor")) {
          this.state.set({ ...this.state.value, lastSeq: null });
          this.#tell("resync");
        }
      }
      this.#connection("lost", false);
      await pause(RETRY_MS);
    }
  }

  #connection(state: "open" | "lost", first: boolean): void {
    const { connection } = this.state.value;
    if (state === connection || (state === "lost" && connection === "connecting")) return;
    this.state.set({ ...this.state.value, connection: state, since: Date.now() });
    // What was read before the feed stood may have changed before it did.
    if (state === "open" && first) this.#tell("resync");
  }

  #take(event: Event): void {
    this.state.set({ ...this.state.value, lastSeq: event.seq, lastEventAt: event.at });
    this.#gathered.push(event);
    this.#timer ??= setTimeout(() => {
      const events = this.#gathered;
      this.#gathered = [];
      this.#timer = undefined;
      this.#tell(events);
    }, GATHER_MS);
  }

  #tell(events: readonly Event[] | "resync"): void {
    for (const listener of this.#listeners) listener(events);
  }
}

/** Tells when the browser says that the network is gone: a socket would notice minutes later. */
class NetworkWatch implements Disposable {
  readonly #lost: () => void;

  constructor(lost: () => void) {
    this.#lost = lost;
    addEventListener("offline", lost);
  }

  [Symbol.dispose](): void {
    removeEventListener("offline", this.#lost);
  }
}
