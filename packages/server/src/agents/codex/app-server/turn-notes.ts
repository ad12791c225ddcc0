import type { z } from "zod";
import type { Usage } from "../../port.ts";
import type { UnknownItems } from "../../unknown-items.ts";
import type { CodexTurnDeps } from "../codex-turn.ts";
import { usageSince } from "../usage.ts";
import { itemsOf } from "./items.ts";
import {
  type Breakdown,
  DeltaNote,
  ErrorNote,
  ItemNote,
  PlanNote,
  RateLimitsNote,
  ReroutedNote,
  Scope,
  type ThreadItem,
  type TurnError,
  TurnNote,
  UsageNote,
  WarningNote,
} from "./messages.ts";

type TurnNotesDeps = Pick<CodexTurnDeps, "emit" | "origin" | "total"> & { readonly unknown: UnknownItems };

/** Told in every turn, for what a repository says of Codex itself is never trusted: it is as it should be. */
const UNTRUSTED = /^Project-local config, hooks, and exec policies are disabled/;

/**
 * What the app-server tells of one turn, as events, and what is known of the turn from it. Notifications of other
 * threads and turns are passed over; those this adapter does not know are, too.
 */
export class TurnNotes {
  readonly #deps: TurnNotesDeps;
  /** Items that have begun and not ended, as they were told. */
  readonly #open = new Map<string, ThreadItem>();
  /** Messages that came piece by piece. */
  readonly #streamed = new Set<string>();
  #before: Usage | undefined;
  #plans = 0;
  thread_id: string | undefined;
  turn_id: string | undefined;
  /** True once the turn can be steered. */
  started = false;
  /** How the turn ended, in Codex's word; undefined while it runs. */
  status: string | undefined;
  error: TurnError | undefined;
  final_text = "";
  usage: Usage | null = null;
  total: Usage | undefined;
  /** When a used-up limit of the account comes back, epoch seconds. */
  limit_resets: number | undefined;

  constructor(deps: TurnNotesDeps) {
    this.#deps = deps;
    this.total = deps.total;
    this.#before = deps.total;
  }

  /** The conversation begins anew although another was asked for. */
  forget(): void {
    this.total = undefined;
    this.#before = undefined;
  }

  itemOf(id: string): ThreadItem | undefined {
    return this.#open.get(id);
  }

  /** Takes one notification; false for one of a known name that has not its shape. */
  onNote(method: string, params: unknown): boolean {
    const scope = Scope.safeParse(params ?? {});
    if (!scope.success) return false;
    const { threadId, turnId } = scope.data;
    if (threadId != null && threadId !== this.thread_id) return true;
    if (method === "thread/tokenUsage/updated") return read(UsageNote, params, (note) => this.#onUsage(note));
    if (method === "turn/started") return read(TurnNote, params, ({ turn }) => this.#onStarted(turn.id));
    if (turnId != null && turnId !== this.turn_id) return true;
    switch (method) {
      case "item/started":
        return read(ItemNote, params, ({ item }) => this.#onItem("started", item));
      case "item/completed":
        return read(ItemNote, params, ({ item }) => this.#onItem("completed", item));
      case "item/agentMessage/delta":
        return read(DeltaNote, params, ({ itemId, delta }) => this.#onText(itemId, delta));
      case "item/commandExecution/outputDelta":
        return read(DeltaNote, params, ({ itemId, delta }) =>
          this.#deps.emit({ type: "output_delta", item_id: itemId, text: delta }),
        );
      case "turn/plan/updated":
        return read(PlanNote, params, (note) => this.#onPlan(note));
      case "turn/completed":
        return read(TurnNote, params, ({ turn }) => this.#onCompleted(turn));
      case "error":
        return read(ErrorNote, params, (note) => this.#onError(note));
      case "account/rateLimits/updated":
        return read(RateLimitsNote, params, (note) => this.#onLimits(note));
      default:
        return this.#onWarning(method, params);
    }
  }

  #onStarted(id: string): void {
    this.turn_id ??= id;
    if (this.turn_id === id) this.started = true;
  }

  #onItem(phase: "started" | "completed", item: ThreadItem): void {
    if (phase === "started") this.#open.set(item.id, item);
    else this.#open.delete(item.id);
    const items = itemsOf(item);
    if (items === undefined && phase === "completed") this.#deps.unknown.keep(item.type, item);
    for (const one of items ?? []) {
      if (one.kind === "message" && phase === "completed") {
        this.final_text = one.text ?? "";
        if (!this.#streamed.has(item.id)) this.#deps.emit({ type: "message_delta", text: this.final_text });
      }
      // A message begins empty: its text comes piece by piece.
      const shown = one.kind === "message" && phase === "started" ? { ...one, text: "" } : one;
      this.#deps.emit({ type: "item", phase, item: shown });
    }
  }

  #onText(id: string, text: string): void {
    this.#streamed.add(id);
    this.#deps.emit({ type: "message_delta", text });
  }

  #onPlan({ explanation, plan }: z.infer<typeof PlanNote>): void {
    this.#plans += 1;
    const lines = plan.map(({ step, status }) => `${status === "completed" ? "[x]" : "[ ]"} ${step}`);
    const text = [...(explanation ? [explanation] : []), ...lines].join("\n");
    this.#deps.emit({
      type: "item",
      phase: "completed",
      item: { id: `plan:${this.#plans}`, kind: "plan", text },
    });
  }

  /** Codex counts from the start of the conversation; what an earlier turn told last is where this one begins. */
  #onUsage({ turnId, tokenUsage }: z.infer<typeof UsageNote>): void {
    this.total = usageOf(tokenUsage.total);
    if (turnId !== this.turn_id) {
      if (this.usage === null) this.#before = this.total;
      return;
    }
    if (this.#before === undefined && this.#deps.origin.kind !== "new")
      this.#before = usageSince(usageOf(tokenUsage.last), this.total);
    this.usage = usageSince(this.#before, this.total);
    this.#deps.emit({ type: "usage", usage: this.usage });
  }

  #onCompleted(turn: z.infer<typeof TurnNote>["turn"]): void {
    if (turn.id !== this.turn_id) return;
    this.status = turn.status;
    this.error = turn.error ?? this.error;
  }

  #onError({ error, willRetry }: z.infer<typeof ErrorNote>): void {
    if (willRetry === true) this.#deps.emit({ type: "warning", message: error.message });
    else this.error = error;
  }

  #onLimits({ rateLimits: { primary, secondary } }: z.infer<typeof RateLimitsNote>): void {
    const used = [primary, secondary].filter((window) => window != null && window.usedPercent >= 100);
    const resets = used.map((window) => window?.resetsAt ?? 0);
    if (Math.max(0, ...resets) > 0) this.limit_resets = Math.max(...resets);
  }

  #onWarning(method: string, params: unknown): boolean {
    const warn = (message: string) => {
      if (!UNTRUSTED.test(message)) this.#deps.emit({ type: "warning", message });
    };
    if (method === "model/rerouted")
      return read(ReroutedNote, params, ({ fromModel, toModel }) =>
        warn(`The answer came from the model ${toModel}, not from ${fromModel}.`),
      );
    if (!/^(?:warning|guardianWarning|configWarning|deprecationNotice)$/.test(method)) return true;
    return read(WarningNote, params, ({ message, summary }) => warn(message ?? summary ?? method));
  }
}

function read<T>(schema: z.ZodType<T>, params: unknown, take: (note: T) => void): boolean {
  const parsed = schema.safeParse(params);
  if (parsed.success) take(parsed.data);
  return parsed.success;
}

/** Codex's token counts as ours. It does not say what they cost. */
function usageOf(counts: Breakdown): Usage {
  return {
    input_tokens: counts.inputTokens,
    output_tokens: counts.outputTokens,
    cached_tokens: counts.cachedInputTokens ?? 0,
    total_tokens: counts.inputTokens + counts.outputTokens,
    cost_usd: null,
  };
}
