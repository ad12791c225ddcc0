import type { AgentAction } from "../agents/index.ts";
import type { Config } from "../config/index.ts";
import {
  type DeclaredIntent,
  intentOf,
  type Judgement,
  listSettings,
  type PolicyAction,
  type PolicyPlace,
} from "../policy/index.ts";
import type { TurnPlace } from "./turn-place.ts";

type Settings = Pick<Config, "approvals" | "exec_policy">;

/** Whether there is a person for the questions of this turn: only for one that works on something of theirs. */
export function canAsk({ role }: Pick<TurnPlace, "role">): boolean {
  return role === "implementer" || role === "chat";
}

/** The profile a turn is asked about by. A role that only reads can change nothing: its sandbox holds. */
export function profileOf(place: Pick<TurnPlace, "role" | "approvals">, config: Settings) {
  return canAsk(place) ? (place.approvals.profile ?? config.approvals.profile) : "allow_all";
}

/** An agent's question in the words of the policy. */
export function policyAction({
  kind,
  tool,
  command,
  paths,
  hosts,
  summary,
  input,
}: AgentAction): PolicyAction {
  return {
    kind,
    tool,
    paths,
    summary,
    input,
    ...(command === undefined ? {} : { command }),
    ...(hosts === undefined ? {} : { hosts }),
  };
}

/** Where the policy judges an action of a turn. */
export function policyPlace(config: Settings, place: TurnPlace, { declared }: AgentAction): PolicyPlace {
  const { workspace, rules, by } = place;
  const at = {
    workspace,
    rules,
    project_id: by.project_id,
    attended: canAsk(place),
    profile: profileOf(place, config),
  };
  return withSettings(config, at, declared);
}

/** A place with what the operator's lists and profile say there. */
export function withSettings(
  { exec_policy }: Pick<Config, "exec_policy">,
  place: PolicyPlace,
  declared?: DeclaredIntent,
): PolicyPlace {
  const { allowed_commands, blocked_commands, sandbox } = exec_policy;
  const lists = { allowed_commands, blocked_commands, ...sandbox };
  return { ...place, settings: listSettings(lists, { ...place, ...(declared ? { declared } : {}) }) };
}

/**
 * How often a command that was allowed without a person may be run again when it fails: only where its agent says that
 * this is safe, and what it reaches or writes is of a class the operator listed. Source: seed 2.
 */
export function retriesOf(
  { exec_policy }: Settings,
  { segments }: Pick<Judgement, "segments">,
  { declared }: AgentAction,
): { readonly retries?: number } {
  if (declared?.retry !== "safe" || segments.length === 0) return {};
  const { retry_max_attempts, retry_network_commands, retry_write_commands } = exec_policy;
  const safe = segments.every(({ segment }) => {
    const { network, writes } = intentOf(segment);
    const [program] = segment.words;
    const named = (list: readonly string[]) => program?.literal === true && list.includes(program.text);
    if ((network || declared.network) && !named(retry_network_commands)) return false;
    return (writes.length === 0 && declared.write_paths.length === 0) || named(retry_write_commands);
  });
  return safe && retry_max_attempts > 0 ? { retries: retry_max_attempts } : {};
}
