import type { Recording } from "./recording.ts";
import type { WrapFunction } from "./sandbox-port.ts";

/**
 * What one turn cost so far. Every figure counts from the start of the turn. `cost_usd` is null when the agent
 * does not say: unknown is never 0.
 */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** The part of `input_tokens` that was read from the provider's cache. */
  readonly cached_tokens: number;
  readonly total_tokens: number;
  readonly cost_usd: number | null;
}

/** The kinds of thing that can happen in a turn. */
export type AgentItemKind =
  | "message"
  | "reasoning"
  | "command"
  | "file_change"
  | "plan"
  | "tool_call"
  | "approval"
  | "error"
  | "unknown";

/**
 * One thing that happened in a turn, as the agent claims it. The `started` and the `completed` event of one thing
 * carry the same `id`; ids are unique within a turn only. Which of the other fields are set depends on `kind`.
 */
export interface AgentItem {
  readonly id: string;
  readonly kind: AgentItemKind;
  /** Whose words a message holds; the agent's unless told. */
  readonly role?: "user" | "agent";
  /** Message, reasoning, plan or error text. */
  readonly text?: string;
  /** The command as the agent gave it, for `command` and for an approval of one. */
  readonly command?: string;
  readonly exit_code?: number | null;
  /** What the command or tool answered, cut to a bounded size. */
  readonly output?: string;
  /** The file a `file_change` touches, as the agent named it. */
  readonly path?: string;
  /** The agent's own name of the tool. */
  readonly name?: string;
  readonly input?: unknown;
  readonly decision?: "allow" | "deny";
  readonly reason?: string;
  /** True when the agent reports that this thing failed. */
  readonly failed?: boolean;
}

/** Everything an adapter reports while a turn runs. `ended` comes exactly once and is always the last event. */
export type AgentEvent =
  | {
      readonly type: "started";
      readonly session_id: string | null;
      readonly model: string | null;
      readonly pid?: number;
    }
  | { readonly type: "message_delta"; readonly text: string }
  | { readonly type: "output_delta"; readonly item_id: string; readonly text: string }
  | { readonly type: "item"; readonly phase: "started" | "completed"; readonly item: AgentItem }
  | { readonly type: "usage"; readonly usage: Usage }
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "ended"; readonly outcome: TurnOutcome };

/**
 * Why a turn failed, by what the caller must do about it. `quota` parks the provider account until `reset_at`,
 * `auth` needs a person, `budget` means that the agent itself stopped at the dollars it was given, `transient` may be
 * repeated as it is, `permanent` can never work as it was asked, `limit` that it used more of the machine than a run may, `protocol` means the agent spoke something this
 * adapter does not understand, `zero_output` means it ended well and did nothing anyone could observe.
 */
export type FailureKind =
  | "timeout_idle"
  | "timeout_total"
  | "limit"
  | "quota"
  | "auth"
  | "budget"
  | "transient"
  | "permanent"
  | "protocol"
  | "exit"
  | "spawn"
  | "zero_output"
  | "unknown";

/** How a turn ended. An agent that fails is a value, never an exception. */
export type TurnOutcome =
  | {
      readonly status: "completed";
      readonly final_text: string;
      readonly session_id: string | null;
      readonly usage: Usage | null;
      /** True when the agent said or did something: a message, a tool call, a command or a file change. */
      readonly observed_activity: boolean;
    }
  | {
      readonly status: "failed";
      readonly kind: FailureKind;
      readonly message: string;
      /** True when the same turn may be asked again without a change by a person. */
      readonly retry: boolean;
      /** When a used-up quota comes back, RFC 3339 UTC. */
      readonly reset_at?: string;
      readonly session_id: string | null;
      readonly usage: Usage | null;
      readonly exit_code?: number | null;
    }
  | { readonly status: "cancelled"; readonly session_id: string | null; readonly usage: Usage | null };

/** What an agent asks leave for. */
export interface AgentAction {
  readonly kind: "read" | "write" | "run" | "network" | "tool_call";
  /** The agent's own name of the tool. */
  readonly tool: string;
  readonly command?: string;
  /** Paths the action names, as the agent gave them; relative ones are meant from the workspace. */
  readonly paths: readonly string[];
  /** Names of hosts it would reach. */
  readonly hosts?: readonly string[];
  /** What the agent says itself of a command: it can ask for more care with that, never for less. */
  readonly declared?: DeclaredCommand;
  /** One line for the record. */
  readonly summary: string;
  readonly input: unknown;
}

/** An agent's own words on a command it wants to run. Source: seed 2. */
export interface DeclaredCommand {
  readonly write_paths: readonly string[];
  readonly network: boolean;
  /** `safe`: running it again after a failure does no harm. */
  readonly retry: "never" | "safe";
}

export interface ApprovalAnswer {
  readonly decision: "allow" | "deny";
  readonly reason: string;
  /** How often a command that fails may be run again without asking; never unless told. */
  readonly retries?: number;
}

/** Something an agent wants to know from a person before it goes on. */
export interface AgentQuestion {
  /** The agent's own id of it, unique in the turn. */
  readonly id: string;
  readonly text: string;
  /** Answers it offers; a person may give another. */
  readonly options: readonly string[];
}

/** What a person can do to a turn that runs. */
export interface LiveTurn {
  /** Gives the agent more words in the middle of the turn. Rejects when it can take none any more. */
  steer(text: string): Promise<void>;
}

/**
 * Which way a piece of raw agent traffic went: from the agent, to it, or its program's standard error. A `mark` is
 * none: it says, as JSON, what happened to the turn meanwhile (`turn-marks.ts`).
 */
export type RawDirection = "out" | "in" | "err" | "mark";

/**
 * The reason of a turn's signal may say that every moment costs: the program then has 300 ms in all to leave. Or, in a
 * turn that is played again, that its own time was over.
 */
export interface TurnStop {
  readonly urgent?: boolean;
  readonly limit?: "timeout_idle" | "timeout_total";
}

/** One request to an agent: what to do, where, with which limits, and who answers its questions. */
export interface AgentTurn {
  readonly prompt: string;
  /** Absolute path of the working tree the agent may change. */
  readonly workspace: string;
  readonly access: "read-only" | "workspace-write";
  readonly model?: string;
  /** Resume this conversation of the same agent instead of starting a new one. */
  readonly session_id?: string;
  readonly attempt_id: string;
  readonly turn_timeout_ms: number;
  readonly idle_timeout_ms: number;
  readonly kill_grace_ms?: number;
  /** Output of the agent's program that is kept, head and tail. */
  readonly max_output_bytes?: number;
  readonly max_turns?: number;
  readonly max_budget_usd?: number;
  /** JSON Schema the final answer must follow; `final_text` is then that JSON. */
  readonly output_schema?: Readonly<Record<string, unknown>>;
  readonly sandbox: WrapFunction;
  /** The sandbox in words, as the output of a command of our own tools begins, with the network or without. */
  readonly sandbox_mode?: (network: boolean) => string;
  /** The longest a command of our own tools may run. */
  readonly command_timeout_ms?: number;
  /** Paths of the workspace, relative to it, that an adapter must not change by itself either. */
  readonly protected_paths?: readonly string[];
  /** Go on from `session_id` in a conversation of its own; the old one stays as it is. */
  readonly fork?: boolean;
  /** May take as long as a person takes; the idle and total limits of the turn stand still meanwhile. */
  readonly approve: (action: AgentAction) => Promise<ApprovalAnswer>;
  /** Asks a person, likewise. Answers by question id; undefined when nobody is there to answer. */
  readonly ask?: (
    questions: readonly AgentQuestion[],
  ) => Promise<Readonly<Record<string, string>> | undefined>;
  /** Given, before anything runs, what lets the turn's limits stand still while a person is asked otherwise than here. */
  readonly on_limits?: (hold: () => () => void) => void;
  /** Called by the adapter when the turn can be steered, once. Not called by one that never can. */
  readonly attach?: (live: LiveTurn) => void;
  /** Told of every raw line or message between the adapter and its agent, before it is understood. */
  readonly record?: (direction: RawDirection, text: string) => void;
  /**
   * Given for a recorded turn that is played again: what came of what the adapter then did, to be had instead of doing
   * it. Rejects as that did, or when it was not done.
   */
  readonly recall?: (effect: string) => Promise<unknown>;
  /** Told when a model asks a tool of ours for less confinement, which has no effect. */
  readonly on_way_out?: (tool: string, asked: readonly string[]) => void;
  /** Told of each report of use at once, ahead of the events that still wait for their reader. */
  readonly on_usage?: (usage: Usage) => void;
  /** Stops the turn; its reason may be a `TurnStop`. */
  readonly signal: AbortSignal;
}

/** Whether an agent can be used here, and how to make it usable when it cannot. */
export interface AgentProbe {
  readonly installed: boolean;
  readonly version: string | null;
  readonly logged_in: boolean | "unknown";
  readonly models: readonly string[];
  readonly problem?: string;
  readonly fix?: string;
  readonly executable?: string;
}

/** Why this recording cannot be played, in words for a person. */
export interface CannotReplay {
  readonly why: string;
}

/** Something that can do a turn: an adapter plus its settings. */
export interface Agent {
  /** The name in the operator's configuration, unique in a registry. */
  readonly name: string;
  readonly kind: "claude" | "codex" | "acp" | "api" | "deterministic" | "scripted" | "command";
  /** True when its turns say what they cost in dollars; a dollar cap can be held with such agents only. */
  readonly reports_cost?: true;
  /** True when its turns take more words while they run (`AgentTurn.attach`). */
  readonly steers?: true;
  /** True when a turn can go on from a conversation and leave it as it is (`AgentTurn.fork`). */
  readonly forks?: true;
  /** Looks whether the agent is installed and logged in. Costs a process or two; never throws. */
  probe(): Promise<AgentProbe>;
  /** Does one turn. Never throws or rejects for a failing agent: the last event says how it ended. */
  run(turn: AgentTurn): AsyncIterable<AgentEvent>;
  /**
   * Reads a recorded turn of this agent as it would read it today: starts nothing, asks nobody, and tells the events.
   * Absent for an adapter whose turns cannot be played again.
   */
  replay?(recording: Recording): AsyncIterable<AgentEvent> | CannotReplay;
  /**
   * Tells one login from the next, without showing it: another answer means that somebody logged in again. Cheap, and
   * starts no process. Absent where nobody can tell.
   */
  loginMark?(): Promise<string>;
  /**
   * Removes what the adapter keeps of conversations that were last used before this time (epoch ms); they cannot be
   * resumed any more. Returns how many. Absent where nothing is kept.
   */
  forget?(before: number): Promise<number>;
}
