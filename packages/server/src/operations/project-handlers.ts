import {
  HarnessError,
  noCaps,
  type Parsed,
  type Project,
  type Result,
  terminalStatuses,
} from "@harness/protocol";
import { parseProjectConfig } from "../config/index.ts";
import {
  approveProjectFile,
  deleteProject,
  findProject,
  getProject,
  listProjects,
  PROJECT_RULES_FILE,
  type ProjectRecord,
  recordProjectFile,
  saveProject,
  toProject,
  updateProject,
} from "../projects/index.ts";
import { maintainedCounts, queueCounts } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import {
  inspect,
  mergeSettings,
  ownRoot,
  projectFile,
  projectName,
  proposedSettings,
  toProposal,
} from "./project-settings.ts";
import { checkProfile } from "./sandbox-profile.ts";

type Names =
  | "project/detect"
  | "project/create"
  | "project/list"
  | "project/queue_stats"
  | "project/get"
  | "project/update"
  | "project/approve_file"
  | "project/delete";

/** Registering, changing and listing projects. */
export function projectHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "project/detect": async ({ root }) => {
      const found = await inspect(deps, root ?? deps.cwd, undefined);
      return toProposal(found, mergeSettings(proposedSettings(deps, found), found.file.text, {}));
    },
    "project/create": (params, caller) => createProject(deps, params, caller),
    "project/list": async ({ limit, cursor }) => {
      const { rows, page } = await listProjects(deps.storage.reader, { limit: limit ?? 50, cursor });
      return { data: await Promise.all(rows.map((row) => present(deps, row))), page: { ...page } };
    },
    "project/queue_stats": async () => queueStats(deps),
    "project/get": async ({ project }) => present(deps, await getProject(deps.storage.reader, project)),
    "project/update": (params, caller) => changeProject(deps, params, caller),
    "project/approve_file": (params, caller) => approveFile(deps, params, caller),
    "project/delete": (params, caller) => removeProject(deps, params.project, caller),
  };
}

async function createProject(
  deps: OperationsDeps,
  { id, root, default: isDefault, approve_file_sha256, ...wish }: Parsed<"project/create">,
  caller: Caller,
): Promise<Project> {
  refuseWhenDraining(deps);
  const found = await inspect(deps, root, wish.base_branch);
  await ownRoot(found.root, caller);
  if (approve_file_sha256 !== undefined && approve_file_sha256 !== found.file.sha256)
    throw fileChanged(found.file.sha256);
  checkAgent(deps, wish.default_agent);
  checkAgent(deps, wish.review?.reviewer_agent ?? undefined);
  checkProfile(deps, wish.sandbox);
  const approved = found.file.sha256 !== null && found.file.sha256 === approve_file_sha256;
  if (approved) await refuseFaultyRules(deps, found.file.rules);
  // Registering it again, as a start does for a configured project, takes no limit away.
  const known = await findProject(deps.storage.reader, found.root);
  const night_limits = known?.settings.night_limits ?? noCaps;
  const proposed = { ...proposedSettings(deps, found), night_limits };
  const settings = mergeSettings(proposed, approved ? found.file.text : null, {
    ...wish,
    base_branch: found.base_branch,
  });
  const record = await deps.log.write((tx) =>
    saveProject(
      tx,
      {
        name: id ?? projectName(found.root),
        root: found.root,
        is_default: isDefault ?? false,
        settings,
        file: found.file,
        approved_sha256: approved ? found.file.sha256 : null,
      },
      { newId: deps.newId, actor: caller.actor },
    ),
  );
  return present(deps, record);
}

async function changeProject(
  deps: OperationsDeps,
  { project, default: is_default, active, ...wish }: Parsed<"project/update">,
  caller: Caller,
): Promise<Project> {
  refuseWhenDraining(deps);
  checkAgent(deps, wish.default_agent);
  checkAgent(deps, wish.review?.reviewer_agent ?? undefined);
  checkProfile(deps, wish.sandbox);
  const known = await getProject(deps.storage.reader, project);
  if (wish.base_branch !== undefined) await deps.workspaces.resolveBase(known.root, wish.base_branch);
  // Whoever changes the project has looked at it: its git configuration, as it is now, is theirs.
  await deps.workspaces.acceptConfig({ projectId: known.id, root: known.root });
  const record = await deps.log.write(async (tx) => {
    const current = await getProject(tx.db, known.id);
    return updateProject(
      tx,
      current,
      { settings: mergeSettings(current.settings, null, wish), is_default, active },
      caller.actor,
    );
  });
  return present(deps, record);
}

async function approveFile(
  deps: OperationsDeps,
  { project, sha256 }: Parsed<"project/approve_file">,
  caller: Caller,
): Promise<Project> {
  refuseWhenDraining(deps);
  const known = await getProject(deps.storage.reader, project);
  const commit = await deps.workspaces.resolveBase(known.root, known.settings.base_branch);
  const file = await projectFile(deps, known.root, commit);
  if (file.sha256 !== sha256) throw fileChanged(file.sha256);
  if (file.text !== null) parseProjectConfig(file.text, ".harness/config.toml");
  await refuseFaultyRules(deps, file.rules);
  const text = file.text;
  const record = await deps.log.write(async (tx) => {
    const current = await recordProjectFile(tx, await getProject(tx.db, known.id), file);
    return approveProjectFile(tx, current, sha256, mergeSettings(current.settings, text, {}), caller.actor);
  });
  return present(deps, record);
}

/** Rules that cannot be read would forbid everything in the project: they are refused while a person looks at them. */
async function refuseFaultyRules(deps: OperationsDeps, rules: string | null): Promise<void> {
  if (rules === null) return;
  const [fault] = (await deps.policy.check({ file: PROJECT_RULES_FILE, text: rules })).faults;
  if (fault === undefined) return;
  const { file, line, column, message } = fault;
  throw new HarnessError(
    "rules_invalid",
    `${file}:${line}:${column}: ${message}. Mend it on the base branch.`,
    {
      line,
      column,
    },
  );
}

async function removeProject(
  deps: OperationsDeps,
  project: string,
  caller: Caller,
): Promise<{ deleted: boolean }> {
  refuseWhenDraining(deps);
  return deps.log.write(async (tx) => {
    const record = await getProject(tx.db, project);
    const open = await tx.db
      .selectFrom("tasks")
      .select("id")
      .where("project_id", "=", record.id)
      .where("status", "not in", [...terminalStatuses])
      .limit(1)
      .executeTakeFirst();
    if (open)
      throw new HarnessError(
        "project_busy",
        `Project ${record.name} has unfinished tasks, such as ${open.id}. Cancel them first.`,
        { field: "project", got: project },
      );
    await deleteProject(tx, record, caller.actor);
    return { deleted: true };
  });
}

/** A stopping server takes no new work. */
export function refuseWhenDraining(deps: Pick<OperationsDeps, "orchestrator">): void {
  if (deps.orchestrator.draining)
    throw new HarnessError("draining", "The server is stopping. Send the request again when it is back.", {
      retry_after_s: 30,
    });
}

/** Refuses the name of an agent that this server does not have. */
export function checkAgent(
  deps: Pick<OperationsDeps, "agents">,
  name: string | undefined,
  field = "agent",
): void {
  if (name === undefined || name === "auto" || deps.agents.get(name)) return;
  const allowed = ["auto", ...deps.agents.list().map((agent) => agent.name)];
  throw new HarnessError("agent_not_found", `There is no agent ${name}. Known: ${allowed.join(", ")}.`, {
    field,
    got: name,
    allowed,
  });
}

/** A project as clients see it. */
export async function present(
  deps: Pick<OperationsDeps, "storage">,
  record: ProjectRecord,
): Promise<Project> {
  const counts = await maintainedCounts(deps.storage.reader, [record.id]);
  return toProject(record, counts.by_status);
}

async function queueStats(deps: OperationsDeps): Promise<Result<"project/queue_stats">> {
  const counts = await queueCounts(deps.storage.reader);
  const projects: Result<"project/queue_stats">["projects"] = {};
  const total = { running: 0, queued: 0, limit: deps.config.concurrency.max_concurrent_tasks };
  const { rows } = await listProjects(deps.storage.reader, { limit: 500 });
  for (const row of rows) {
    const { running, queued } = counts.get(row.id) ?? { running: 0, queued: 0 };
    projects[row.name] = { running, queued, limit: row.max_concurrent };
    total.running += running;
    total.queued += queued;
  }
  return { global: total, projects };
}

function fileChanged(now: string | null): HarnessError {
  return new HarnessError(
    "config_changed",
    "The project's settings file is not the one that was shown. Look at it again and approve its new hash.",
    { field: "sha256", got: now ?? "no file" },
  );
}
