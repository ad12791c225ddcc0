import { z } from "zod";
import { type AgentEvent, type AgentItem, boundedItem, type TurnOutcome } from "../agents/index.ts";
import type { HookAbout, Hooks } from "../hooks/index.ts";
import type { TurnPlace } from "./turn-place.ts";

/** What a helper is asked, as far as a hook is told of it. */
const HelperInput = z.looseObject({ subagent_type: z.string() });

/** Kinds of things an agent uses a tool for, and what the tool does. */
const TOOL_KINDS: Partial<Record<AgentItem["kind"], string>> = {
  command: "run",
  file_change: "write",
  tool_call: "tool_call",
};

/** Claude Code's tool for handing work to a helper of its own: `Agent` since 2.1, `Task` before. */
const HELPERS: ReadonlySet<string> = new Set(["Agent", "Task"]);

/** Where a turn is, as hooks are told. */
export function hookAbout({ by, workspace }: Pick<TurnPlace, "by" | "workspace">): HookAbout {
  const { project_id, task_id, thread_id, turn_id, agent } = by;
  return { project_id, task_id, thread_id, turn_id, agent, cwd: workspace };
}

/** Tells the operator's hooks what happens in one turn: its beginning, every tool used, and its end. */
export class TurnHooks {
  readonly #hooks: Pick<Hooks, "tell">;
  readonly #about: HookAbout;

  constructor(hooks: Pick<Hooks, "tell">, place: TurnPlace) {
    this.#hooks = hooks;
    this.#about = hookAbout(place);
  }

  /** The agent is given its prompt, in a conversation that begins or goes on. */
  began(turn: { readonly prompt: string; readonly session_id?: string; readonly model?: string }): void {
    const source = turn.session_id === undefined ? "startup" : "resume";
    this.#tell("SessionStart", { source, model: turn.model ?? null });
    this.#tell("UserPromptSubmit", { prompt: turn.prompt });
  }

  /** Something happened: what a tool was used for and what came of it, once it is done. */
  happened(event: AgentEvent): void {
    if (event.type !== "item" || event.phase !== "completed") return;
    const item = boundedItem(event.item);
    const kind = TOOL_KINDS[item.kind];
    if (kind === undefined) return;
    const failed = item.failed === true || (item.exit_code ?? 0) !== 0;
    const { output = "", exit_code = null } = item;
    const result = failed ? { error: output, exit_code } : { tool_response: { output, exit_code } };
    const fields = { tool_use_id: item.id, tool_input: inputOf(item), ...result };
    const tool = { name: item.name ?? item.kind, kind };
    const name = failed ? "PostToolUseFailure" : "PostToolUse";
    this.#hooks.tell({ event: name, about: this.#about, tool, fields });
    if (item.kind === "tool_call") this.#helperEnded(item, tool.name);
  }

  /** A helper of the agent's own has ended when the tool that began it has. OpenCode's is known by what it is given. */
  #helperEnded({ id, input, output = "", failed = false }: AgentItem, tool: string): void {
    const asked = HelperInput.safeParse(input);
    const agent_type = asked.success ? asked.data.subagent_type : null;
    if (agent_type === null && !HELPERS.has(tool)) return;
    const told = { agent_type, tool_use_id: id, last_assistant_message: output, failed };
    this.#tell("SubagentStop", { ...told, stop_hook_active: false });
  }

  /** The turn is over. */
  ended(outcome: TurnOutcome | undefined): void {
    const status = outcome?.status ?? "failed";
    const text = outcome?.status === "completed" ? outcome.final_text : null;
    this.#tell("Stop", { status, last_assistant_message: text, stop_hook_active: false });
  }

  #tell(
    event: "SessionStart" | "UserPromptSubmit" | "Stop" | "SubagentStop",
    fields: Readonly<Record<string, unknown>>,
  ): void {
    this.#hooks.tell({ event, about: this.#about, fields });
  }
}

/** What a tool was given, in the words of Claude Code where the agent has none. */
function inputOf({ input, command, path }: AgentItem): unknown {
  if (input !== undefined) return input;
  return {
    ...(command === undefined ? {} : { command }),
    ...(path === undefined ? {} : { file_path: path }),
  };
}
