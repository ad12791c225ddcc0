import { HarnessError, type ListedRule, type PolicyExplanation } from "@harness/protocol";
import type { Explanation, ListedRules, PolicyPlace } from "../policy/index.ts";
import { approvedRules, getProject, PROJECT_RULES_FILE, type ProjectRecord } from "../projects/index.ts";
import { withSettings } from "../turns/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { projectFile } from "./project-settings.ts";
import { rehearsePast } from "./rehearse-past.ts";

type Names = Extract<keyof Handlers, `rule/${string}` | `policy/${string}`>;

/** The rules that judge what agents do. A request names no file of the machine: which ones count is the operator's. */
export function ruleHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  const { policy } = deps;
  const projectOf = async (key: string | undefined) =>
    key === undefined ? undefined : getProject(deps.storage.reader, key);
  return {
    "rule/load": async ({ project, project_root }) => {
      const record = await projectOf(project ?? project_root);
      const loaded = await policy.load();
      const { rules, faults, notes } = record === undefined ? loaded : await policy.list(rulesOf(record));
      return { rules_count: rules.length, faults: [...faults], notes: [...notes] };
    },
    "rule/check": async ({ project, project_root, text, file = "rules" }) => {
      const record = await projectOf(project ?? project_root);
      const found =
        text !== undefined
          ? await policy.check({ file, text })
          : record === undefined
            ? await policy.check(null)
            : await policy.check({ file: PROJECT_RULES_FILE, text: await newestRules(deps, record) });
      return {
        rules_count: found.rules.length,
        violations: found.faults.map((fault) => ({
          ...fault,
          rule_id: "policy",
          severity: "critical" as const,
        })),
        notes: [...found.notes],
      };
    },
    "rule/list": async ({ project }) => {
      const record = await projectOf(project);
      const { rules, faults, notes } = await policy.list(record === undefined ? null : rulesOf(record));
      return { data: rules.map(shown), faults: [...faults], notes: [...notes] };
    },
    "policy/explain": async ({ command, project, profile, attended = true }) => {
      const record = await projectOf(project);
      const at = placeOf(deps, record, { profile, attended });
      return explained(await policy.explain(command, at));
    },
    "policy/dry_run": async ({ project, text, limit = 1000 }) => {
      const record = await projectOf(project);
      if (text !== undefined) await refuseFaulty(deps, text);
      const judge = await policy.rehearse(text ?? null, record === undefined ? null : rulesOf(record));
      const place = placeOf(deps, record);
      return rehearsePast(deps, { limit, project_id: record?.id }, (command) =>
        judge({ kind: "run", command, paths: [], summary: command }, place),
      );
    },
  };
}

/** A text a person would put in force is refused with its place. */
async function refuseFaulty(deps: OperationsDeps, text: string): Promise<void> {
  const [fault] = (await deps.policy.check({ file: "text", text })).faults;
  if (fault === undefined) return;
  const { file, line, column, message } = fault;
  throw new HarnessError("rules_invalid", `${file}:${line}:${column}: ${message}.`, {
    field: "text",
    line,
    column,
  });
}

function rulesOf(record: ProjectRecord) {
  return approvedRules(record);
}

/** The project's own rules as they are at the tip of its base branch, approved or not. */
async function newestRules(deps: OperationsDeps, record: ProjectRecord): Promise<string> {
  const commit = await deps.workspaces.resolveBase(record.root, record.settings.base_branch);
  return (await projectFile(deps, record.root, commit)).rules ?? "";
}

/** Where a command is thought to run: in the project's own directory, in place of a workspace. */
function placeOf(
  { config }: OperationsDeps,
  record: ProjectRecord | undefined,
  {
    profile = config.approvals.profile,
    attended = true,
  }: Partial<Pick<PolicyPlace, "profile" | "attended">> = {},
): PolicyPlace {
  const rules = record === undefined ? null : rulesOf(record);
  const workspace = record?.root ?? "/workspace";
  return withSettings(config, { workspace, project_id: record?.id ?? null, profile, attended, rules });
}

function shown({ rule, says, required, hits, last_at }: ListedRules["rules"][number]): ListedRule {
  const { id, layer, kind, decision, justification, file, line } = rule;
  const last_hit_at = last_at === null ? null : new Date(last_at).toISOString();
  return { id, layer, kind, decision, says, justification, file, line, required, hits, last_hit_at };
}

function explained({ decision, reason, rule, segments }: Explanation): PolicyExplanation {
  const copy = (match: Explanation["segments"][number]["matches"][number]) => ({
    ...match,
    matched: [...match.matched],
  });
  return {
    decision,
    reason,
    rule: rule === null ? null : copy(rule),
    segments: segments.map((judged) => ({
      text: judged.segment.text,
      words: judged.segment.words.map(({ text }) => text),
      via: [...judged.segment.via],
      writes: judged.segment.redirects
        .filter(({ mode }) => mode === "write")
        .map(({ target }) => target.text),
      decision: judged.decision,
      reason: judged.reason,
      matches: judged.matches.map(copy),
      tried: judged.tried.map((one) => ({ ...one, matched: one.matched === null ? null : [...one.matched] })),
    })),
  };
}
