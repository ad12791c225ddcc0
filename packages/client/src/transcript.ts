import type {
  Approval,
  Event,
  EventType,
  Item,
  QueuedInput,
  Result,
  ThreadItem,
  ThreadStatus,
  Turn,
} from "@harness/protocol";

type Told<T extends EventType> = Extract<Event, { type: T }>;

/** What the running turn is in the middle of. */
export interface LiveTurn {
  /** The message that is being said. */
  readonly text: string;
  /** What was begun and is not finished, with its output so far. */
  readonly items: readonly Item[];
}

/** A thread as it was read at one moment: what a transcript can begin with instead of the first event. */
export interface ThreadState {
  readonly thread: Result<"thread/get">;
  /** All of `thread/items`. */
  readonly items: readonly ThreadItem[];
  /** The approvals of the thread that are pending. */
  readonly approvals: readonly Approval[];
}

/**
 * A thread, rebuilt from its events: put them in, in order, and read how it stands. It holds what `thread/items`,
 * `thread/get` and `approval/list` answer, and beyond them the live text. No input or output: a client that was cut
 * off and resumed has the same one. Events that are put in twice change nothing, so it may begin with a state that
 * was read while the thread went on.
 */
export class Transcript {
  readonly thread_id: string;
  #status: ThreadStatus | "deleted" = "idle";
  #title = "";
  #text = "";
  #after: number | undefined;
  readonly #items = new Map<number, ThreadItem>();
  readonly #turns = new Map<string, Turn>();
  readonly #begun = new Map<string, Item>();
  readonly #queue = new Map<string, QueuedInput>();
  readonly #approvals = new Map<string, Approval>();

  constructor(thread_id: string) {
    this.thread_id = thread_id;
  }

  /** A transcript that goes on from a state that was read. */
  static from({ thread, items, approvals }: ThreadState): Transcript {
    const made = new Transcript(thread.id);
    made.#status = thread.status;
    made.#title = thread.title;
    for (const turn of thread.turn_history) made.#turns.set(turn.id, turn);
    for (const input of thread.queue) made.#queue.set(input.id, input);
    for (const approval of approvals) made.#approvals.set(approval.id, approval);
    for (const item of items)
      if (!made.#turns.get(item.turn_id)?.rolled_back) made.#items.set(item.seq, item);
    made.#after = items.findLast(({ item }) => item.kind === "message" && endsText(item))?.seq;
    return made;
  }

  get status(): ThreadStatus | "deleted" {
    return this.#status;
  }

  get title(): string {
    return this.#title;
  }

  /** The finished items in order, as `thread/items` has them. */
  get items(): readonly ThreadItem[] {
    return [...this.#items.values()];
  }

  /** The turns in order, also those that were rolled back. */
  get turns(): readonly Turn[] {
    return [...this.#turns.values()];
  }

  get live(): LiveTurn {
    return { text: this.#text, items: [...this.#begun.values()] };
  }

  /** What waits for its turn, in order. */
  get queue(): readonly QueuedInput[] {
    return [...this.#queue.values()];
  }

  /** What a person is asked now. */
  get approvals(): readonly Approval[] {
    return [...this.#approvals.values()];
  }

  /**
   * The event to follow the thread after: the last one that was put in; of a state that was read, one early enough
   * for the text that is being said. Undefined: from the first.
   */
  get after(): number | undefined {
    return this.#after;
  }

  /** Takes in the next event; those of other threads are passed over. */
  apply(event: Event): void {
    if (event.thread_id !== this.thread_id) return;
    this.#after = event.seq;
    switch (event.type) {
      case "thread.started":
      case "thread.renamed":
      case "thread.status_changed":
      case "thread.rolled_back":
      case "thread.deleted":
        this.#become(event);
        break;
      case "turn.started":
      case "turn.waiting":
      case "turn.resumed":
      case "turn.ended":
      case "usage.updated":
      case "snapshot.taken":
        this.#turn(event);
        break;
      case "item.started":
      case "item.completed":
      case "message.delta":
      case "tool.output_delta":
        this.#hear(event);
        break;
      case "input.queued":
      case "input.changed":
      case "input.removed":
        this.#line(event);
        break;
      case "approval.requested":
        this.#approvals.set(event.data.approval.id, event.data.approval);
        break;
      case "approval.decided":
        this.#approvals.delete(event.data.approval_id);
        break;
      default:
    }
  }

  #become(
    event: Told<
      "thread.started" | "thread.renamed" | "thread.status_changed" | "thread.rolled_back" | "thread.deleted"
    >,
  ): void {
    if (event.type === "thread.started" || event.type === "thread.renamed") this.#title = event.data.title;
    else if (event.type === "thread.status_changed") this.#status = event.data.status;
    else if (event.type === "thread.rolled_back") this.#forget(event.data.turns);
    else {
      this.#status = "deleted";
      for (const part of [this.#items, this.#turns, this.#queue, this.#approvals]) part.clear();
      this.#endLive();
    }
  }

  #turn(
    event: Told<
      "turn.started" | "turn.waiting" | "turn.resumed" | "turn.ended" | "usage.updated" | "snapshot.taken"
    >,
  ): void {
    const id = event.turn_id ?? "";
    const known = this.#turns.get(id);
    if (event.type === "turn.started") {
      this.#endLive();
      if (!known) this.#turns.set(id, begun(id, this.thread_id, event));
      return;
    }
    // A turn whose beginning is not kept any more is on the thread itself.
    if (!known) return;
    if (event.type === "turn.waiting" || event.type === "turn.resumed")
      this.#turns.set(id, { ...known, status: event.type === "turn.waiting" ? "waiting" : "running" });
    else if (event.type === "usage.updated") this.#turns.set(id, { ...known, usage: event.data.usage });
    else if (event.type === "snapshot.taken") this.#turns.set(id, { ...known, commit: event.data.commit });
    else this.#turns.set(id, { ...known, ...event.data, ended_at: event.at });
    if (event.type === "turn.ended" || event.type === "turn.waiting") this.#endLive();
  }

  #hear(event: Told<"item.started" | "item.completed" | "message.delta" | "tool.output_delta">): void {
    switch (event.type) {
      case "message.delta":
        this.#text += event.data.text;
        return;
      case "item.started":
        this.#begun.set(event.data.item.id, event.data.item);
        return;
      case "tool.output_delta": {
        const item = this.#begun.get(event.data.item_id ?? "");
        if (item) this.#begun.set(item.id, { ...item, output: `${item.output ?? ""}${event.data.text}` });
        return;
      }
      case "item.completed": {
        const { item } = event.data;
        this.#begun.delete(item.id);
        if (endsText(item)) this.#text = "";
        const turn_id = event.turn_id ?? "";
        this.#items.set(event.seq, { seq: event.seq, turn_id, at: event.at, item });
      }
    }
  }

  #line(event: Told<"input.queued" | "input.changed" | "input.removed">): void {
    const { input_id: id } = event.data;
    const known = this.#queue.get(id);
    if (event.type === "input.removed") this.#queue.delete(id);
    else if (event.type === "input.changed") {
      if (known) this.#queue.set(id, { ...known, text: event.data.text });
    } else {
      const { text, execution_strategy } = event.data;
      const { thread_id, actor, at: created_at } = event;
      this.#queue.set(id, { id, thread_id: thread_id ?? "", text, execution_strategy, actor, created_at });
    }
  }

  /** The thread went back to before these turns. */
  #forget(turns: readonly string[]): void {
    for (const id of turns) {
      const turn = this.#turns.get(id);
      if (turn) this.#turns.set(id, { ...turn, rolled_back: true });
    }
    for (const [seq, { turn_id }] of this.#items) if (turns.includes(turn_id)) this.#items.delete(seq);
  }

  #endLive(): void {
    this.#text = "";
    this.#begun.clear();
  }
}

/** A message of the agent is whole now; what a person said in the middle of it is not its end. */
function endsText({ kind, role, id }: Item): boolean {
  return kind === "message" && (role !== "user" || id === "said:0");
}

function begun(id: string, thread_id: string, { data, task_id, at }: Told<"turn.started">): Turn {
  return {
    id,
    thread_id,
    task_id,
    attempt_id: data.attempt_id,
    role: data.role,
    round: data.round,
    agent: data.agent,
    model: data.model,
    strategy: data.strategy,
    status: "running",
    failure: null,
    usage: null,
    commit: null,
    rolled_back: false,
    started_at: at,
    ended_at: null,
  };
}
