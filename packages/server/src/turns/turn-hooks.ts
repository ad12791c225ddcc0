import type { HookAbout, Hooks } from "../hooks/index.ts";
import type { TurnPlace } from "./turn-place.ts";

/** Where a turn is, as hooks are told. */
export function hookAbout({ by, workspace }: Pick<TurnPlace, "by" | "workspace">): HookAbout {
  const { project_id, task_id, thread_id, turn_id, agent } = by;
  return { project_id, task_id, thread_id, turn_id, agent, cwd: workspace };
}

/**
 * Tells the operator's hooks that an agent is given its prompt, in a conversation that begins or goes on. A server that
 * dies meanwhile does not tell it again: the turn died with it. What comes of the turn hooks are told from the log.
 */
export function tellBegan(
  hooks: Pick<Hooks, "tell">,
  place: TurnPlace,
  turn: { readonly prompt: string; readonly session_id?: string; readonly model?: string },
): void {
  const about = hookAbout(place);
  const source = turn.session_id === undefined ? "startup" : "resume";
  hooks.tell({ event: "SessionStart", about, fields: { source, model: turn.model ?? null } });
  hooks.tell({ event: "UserPromptSubmit", about, fields: { prompt: turn.prompt } });
}
