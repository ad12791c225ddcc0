import {
  type DecidingHookEvent,
  type Event,
  type EventScope,
  type HookEvent,
  type HookRun,
  isHarnessError,
} from "@harness/protocol";
import pLimit from "p-limit";
import type { HookEntry } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import { FollowedLog, type FollowedLogDeps } from "./followed-log.ts";
import { fromEvent, isLogged, toldTypes } from "./from-event.ts";
import type { HookAbout, HookMessage, HookTool } from "./hook-message.ts";
import { lastAnswer } from "./last-answer.ts";
import { isDeciding } from "./read-answer.ts";
import { type NamedHook, type RunHookDeps, runHook } from "./run-hook.ts";

/** What is known of a turn beside what the log says of it: whose it is, and where it works or worked. */
export type TurnFacts = (turnId: string) => Promise<Pick<HookAbout, "agent" | "cwd">>;

/** What hooks are run with. */
export interface HooksDeps extends RunHookDeps, Pick<FollowedLogDeps, "clock" | "storage"> {
  readonly entries: readonly HookEntry[];
  readonly log: EventLog;
  readonly factsOf: TurnFacts;
  readonly logger: { warn(facts: object, message: string): void };
}

/** What the hooks of a tool's use decided together: the strictest answer counts. */
export interface HookDecision {
  readonly decision: "allow" | "ask" | "deny";
  readonly reason: string;
}

/** Hooks an agent waits for that run at once. */
const DECIDING_AT_ONCE = 16;
/** Hooks nobody waits for that run at once, and wait for their turn at most. */
const TOLD_AT_ONCE = 4;
const TOLD_WAITING = 1000;
/** How long hooks that run may go on when the server stops (milliseconds). */
const LEAVE_MS = 3_000;

/**
 * The operator's own programs, run when something happens. Those of PreToolUse and PermissionRequest decide; all others
 * are told after the fact, a few at a time: of what stands in the log at least once, of the beginning of a turn at most
 * once, since it ends with the server. Each run is an event. A hook a repository brings is none of these.
 */
export class Hooks implements AsyncDisposable {
  readonly #deps: HooksDeps;
  readonly #byEvent: ReadonlyMap<HookEvent, readonly NamedHook[]>;
  readonly #deciding = pLimit(DECIDING_AT_ONCE);
  readonly #telling = pLimit({ concurrency: TOLD_AT_ONCE, rejectOnClear: true });
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #followed: FollowedLog;
  #runs = 0;
  /** Runs left out since there was room for the last one. */
  #skipped = 0;

  constructor(deps: HooksDeps) {
    this.#deps = deps;
    const named = deps.entries.map((hook, at) => ({ ...hook, name: hook.name ?? `${hook.event}-${at + 1}` }));
    this.#byEvent = Map.groupBy(named, (hook) => hook.event);
    this.#followed = new FollowedLog({
      ...deps,
      types: toldTypes((event) => this.has(event)),
      wants: (event) => fromEvent(event).some((message) => this.#matching(message).length > 0),
      tell: (event) => this.#heard(event),
      leftOut: (events) => this.#noteLeftOut(events),
    });
  }

  /** Tells from now on what the log says, and first what it said while no server ran. */
  start(): Promise<void> {
    return this.#followed.open();
  }

  /** Whether any hook is run for this event. */
  has(event: HookEvent): boolean {
    return this.#byEvent.has(event);
  }

  /** Runs the hooks of an event that has happened. Returns at once. */
  tell(message: HookMessage): void {
    for (const hook of this.#matching(message)) {
      if (this.#telling.pendingCount >= TOLD_WAITING) {
        this.#skipped += 1;
        continue;
      }
      if (this.#skipped > 0) this.#noteSkipped(hook, message.event);
      this.#keep(this.#telling(() => this.#run(hook, message, this.#closing.signal)));
    }
  }

  /**
   * What the hooks say to an action an agent wants to take; undefined when no hook has a word to say. Takes as long as
   * the slowest of them may. A hook that fails denies, unless the operator said otherwise for it.
   */
  async decide(
    message: HookMessage & { readonly event: DecidingHookEvent; readonly tool: HookTool },
    signal: AbortSignal,
  ): Promise<HookDecision | undefined> {
    const hooks = this.#matching(message);
    if (hooks.length === 0) return undefined;
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const runs = await Promise.all(
      hooks.map((hook) => this.#keep(this.#deciding(() => this.#run(hook, message, either)))),
    );
    const decisions = runs.flatMap((run, at) => decisionOf(hooks[at]!, run) ?? []);
    const strictest = (["deny", "ask", "allow"] as const).map((word) =>
      decisions.find(({ decision }) => decision === word),
    );
    return strictest.find((one) => one !== undefined);
  }

  /** Lets what runs end within a moment; what waits is not begun any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#followed.stop();
    this.#telling.clearQueue();
    const late = AbortSignal.timeout(LEAVE_MS);
    late.addEventListener("abort", () => this.#closing.abort());
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
    this.#closing.abort();
    await this.#followed.close();
  }

  /** Runs the hooks of an event of the log; true when all of them came to their end. */
  async #heard(event: Event): Promise<boolean> {
    const runs = fromEvent(event).flatMap((message) =>
      this.#matching(message).map((hook) =>
        this.#keep(
          this.#telling(async () => this.#run(hook, await this.#whole(message), this.#closing.signal)),
        ),
      ),
    );
    const ends = await Promise.allSettled(runs);
    return ends.every(({ status }) => status === "fulfilled") && !this.#closing.signal.aborted;
  }

  /** A message of the log with what else is known of its turn. */
  async #whole(message: HookMessage): Promise<HookMessage> {
    const { turn_id } = message.about;
    if (turn_id == null) return message;
    const about = { ...message.about, ...(await this.#deps.factsOf(turn_id)) };
    if (message.event !== "Stop") return { ...message, about };
    const done = message.fields?.["status"] === "completed";
    const last_assistant_message = done ? await lastAnswer(this.#deps.log, about) : null;
    return { ...message, about, fields: { ...message.fields, last_assistant_message } };
  }

  #matching({ event, tool }: HookMessage): readonly NamedHook[] {
    const hooks = this.#byEvent.get(event) ?? [];
    if (tool === undefined) return hooks;
    return hooks.filter(({ matcher }) => fits(matcher, tool));
  }

  async #run(hook: NamedHook, message: HookMessage, signal: AbortSignal): Promise<HookRun> {
    this.#runs += 1;
    const run = await runHook(this.#deps, hook, message, { cookie: `hook-${this.#runs}`, signal });
    await this.#note(message.about, run);
    return run;
  }

  async #note(about: EventScope, run: HookRun): Promise<void> {
    const { project_id = null, task_id = null, thread_id = null, turn_id = null } = about;
    const scope = { project_id, task_id, thread_id, turn_id };
    if (run.outcome === "failed" || run.outcome === "timed_out")
      this.#deps.logger.warn({ hook: run.hook, event: run.event, detail: run.detail }, "a hook failed");
    await this.#deps.log
      .write((tx) => tx.append({ ...scope, type: "hook.ran", actor: "harness", data: run }))
      // An answer that cannot be recorded is still an answer.
      .catch((error: unknown) =>
        this.#deps.logger.warn(
          { err: error, code: isHarnessError(error) ? error.code : null },
          "a hook's run could not be recorded",
        ),
      );
  }

  #noteSkipped(hook: NamedHook, event: HookEvent): void {
    const detail = `${this.#skipped} runs of hooks were left out: ${TOLD_WAITING} waited already`;
    this.#skipped = 0;
    this.#noteNotRun(hook, event, detail);
  }

  /** What happened too long before the start, or too often, is told to nobody. */
  #noteLeftOut(events: number): void {
    const hook = [...this.#byEvent.values()].flat().find(({ event }) => isLogged(event));
    if (hook) this.#noteNotRun(hook, hook.event, `${events} events from before the start were left out`);
  }

  #noteNotRun(hook: NamedHook, event: HookEvent, detail: string): void {
    const none = { tool: null, exit_code: null, duration_ms: 0 };
    const run = { hook: hook.name, event, outcome: "skipped" as const, detail, ...none };
    this.#keep(this.#note({}, run));
  }

  #keep<T>(running: Promise<T>): Promise<T> {
    this.#running.add(running);
    const forget = () => this.#running.delete(running);
    // What was taken out of the queue when the server stopped is rejected: nobody waits for it.
    running.then(forget, forget);
    return running;
  }
}

/** What one hook's end means for the agent that waits; undefined when it has nothing to say. */
function decisionOf(hook: NamedHook, { outcome, detail }: HookRun): HookDecision | undefined {
  const why = (what: string) => `hook ${hook.name} ${what}${detail === null ? "" : `: ${detail}`}`;
  switch (outcome) {
    case "allowed":
      return { decision: "allow", reason: why("allows it") };
    case "asked":
      return { decision: "ask", reason: why("wants a person asked") };
    case "denied":
      return { decision: "deny", reason: why("denies it") };
    case "failed":
    case "timed_out":
      return hook.on_failure === "allow" || !isDeciding(hook.event)
        ? undefined
        : { decision: "deny", reason: why("could not be asked, so the answer is no") };
    default:
      return undefined;
  }
}

/** Whether a hook's pattern fits the whole name of a tool, or its kind. As with Claude Code, `*` and nothing fit all. */
function fits(matcher: string | undefined, { name, kind }: HookTool): boolean {
  if (matcher === undefined || matcher === "*") return true;
  const pattern = new RegExp(`^(?:${matcher})$`, "u");
  return pattern.test(name) || pattern.test(kind);
}
