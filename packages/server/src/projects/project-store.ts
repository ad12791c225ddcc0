import { HarnessError, type NewId, type Project, ProjectSettings } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import { type Database, decodeCursor, type PageInfo, type Tx, toPage } from "../storage/index.ts";

/** A project as the server works with it. */
export interface ProjectRecord extends Omit<Database["projects"], "settings"> {
  readonly settings: ProjectSettings;
}

/** A project's own rules for what agents do in it: in the repository, counted as a person approved them. */
export const PROJECT_RULES_FILE = ".harness/policy.rules";

/** What a project's own files say on its base branch, under one hash. */
export interface ProjectFiles {
  readonly sha256: string | null;
  /** `.harness/config.toml` */
  readonly text: string | null;
  readonly rules: string | null;
}

/** What is stored of a project besides its times. */
export interface ProjectDraft {
  readonly name: string;
  readonly root: string;
  readonly is_default: boolean;
  readonly settings: ProjectSettings;
  readonly file: ProjectFiles;
  readonly approved_sha256: string | null;
}

const PROJECT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Finds a project by id, name or root. */
export async function findProject(db: Tx, key: string): Promise<ProjectRecord | undefined> {
  // One exact column each: a name holds no slash, so a path is a root; an id is also a possible name.
  const columns = key.includes("/")
    ? (["root"] as const)
    : key.startsWith("proj_")
      ? (["id", "name"] as const)
      : (["name"] as const);
  for (const column of columns) {
    const row = await db.selectFrom("projects").selectAll().where(column, "=", key).executeTakeFirst();
    if (row) return parse(row);
  }
  return undefined;
}

/** Finds a project, or throws `project_not_found`. */
export async function getProject(db: Tx, key: string): Promise<ProjectRecord> {
  const project = await findProject(db, key);
  if (!project) {
    const add = `harness project add ${key.includes("/") ? key : "PATH"}`;
    throw new HarnessError(
      "project_not_found",
      `There is no project ${key}. See harness project list, or register its repository with: ${add}`,
      { field: "project", got: key },
    );
  }
  return project;
}

/** The project used when a request names none: the default one, or the only one. */
export async function defaultProject(db: Tx): Promise<ProjectRecord> {
  const rows = await db
    .selectFrom("projects")
    .selectAll()
    .where("active", "=", 1)
    .orderBy("is_default", "desc")
    .orderBy("name")
    .limit(2)
    .execute();
  const first = rows[0];
  if (first && (first.is_default === 1 || rows.length === 1)) return parse(first);
  const message = first
    ? "Several projects are registered and none is the default: name one."
    : "No project is registered. Register one with: harness project add PATH";
  throw new HarnessError("project_not_found", message, { field: "project" });
}

/** Registers a project, or updates the one of this name; the same name with another root is `project_exists`. */
export async function saveProject(
  tx: WriteTx,
  draft: ProjectDraft,
  deps: { newId: NewId; actor: string },
): Promise<ProjectRecord> {
  const same = await tx.db
    .selectFrom("projects")
    .selectAll()
    .where((eb) => eb.or([eb("name", "=", draft.name), eb("root", "=", draft.root)]))
    .execute();
  const known = same.find((row) => row.name === draft.name) ?? same[0];
  if (known && (known.root !== draft.root || known.name !== draft.name)) {
    throw new HarnessError(
      "project_exists",
      `Project ${known.name} is registered for ${known.root}. Remove it first, or choose another name.`,
      { field: known.root === draft.root ? "root" : "id", got: draft.name },
    );
  }
  if (draft.is_default)
    await tx.db.updateTable("projects").set({ is_default: 0 }).where("is_default", "=", 1).execute();
  const columns = {
    name: draft.name,
    root: draft.root,
    active: 1,
    is_default: draft.is_default ? 1 : 0,
    max_concurrent: draft.settings.max_concurrent,
    settings: JSON.stringify(draft.settings),
    file_sha256: draft.file.sha256,
    file_text: draft.file.text,
    rules_text: draft.file.rules,
    ...(draft.approved_sha256 === null ? {} : { approved_rules: draft.file.rules }),
    approved_sha256: draft.approved_sha256,
    updated_at: tx.now,
  };
  if (known) {
    const row = await tx.db
      .updateTable("projects")
      .set(columns)
      .where("id", "=", known.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await tx.append({
      type: "project.updated",
      actor: deps.actor,
      project_id: known.id,
      data: { changed: ["settings"] },
    });
    return parse(row);
  }
  const id = deps.newId("project");
  const row = await tx.db
    .insertInto("projects")
    .values({ id, approved_rules: null, ...columns, created_at: tx.now })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.append({
    type: "project.registered",
    actor: deps.actor,
    project_id: id,
    data: { name: draft.name, root: draft.root },
  });
  return parse(row);
}

/** Changes a project's settings, default mark or activity. */
export async function updateProject(
  tx: WriteTx,
  project: ProjectRecord,
  change: {
    settings?: ProjectSettings | undefined;
    is_default?: boolean | undefined;
    active?: boolean | undefined;
  },
  actor: string,
): Promise<ProjectRecord> {
  if (change.is_default)
    await tx.db.updateTable("projects").set({ is_default: 0 }).where("is_default", "=", 1).execute();
  const settings = change.settings ?? project.settings;
  const row = await tx.db
    .updateTable("projects")
    .set({
      settings: JSON.stringify(settings),
      max_concurrent: settings.max_concurrent,
      is_default: (change.is_default ?? project.is_default === 1) ? 1 : 0,
      active: (change.active ?? project.active === 1) ? 1 : 0,
      updated_at: tx.now,
    })
    .where("id", "=", project.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const changed = Object.entries(change).filter(([, value]) => value !== undefined);
  await tx.append({
    type: "project.updated",
    actor,
    project_id: project.id,
    data: { changed: changed.map(([name]) => name) },
  });
  return parse(row);
}

/** Records what the project's own settings file is on its base branch; a change takes the approval away. */
export async function recordProjectFile(
  tx: WriteTx,
  project: ProjectRecord,
  file: ProjectFiles,
): Promise<ProjectRecord> {
  if (project.file_sha256 === file.sha256) return project;
  const row = await tx.db
    .updateTable("projects")
    .set({ file_sha256: file.sha256, file_text: file.text, rules_text: file.rules, updated_at: tx.now })
    .where("id", "=", project.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.append({
    type: "project.file_changed",
    actor: "harness",
    project_id: project.id,
    data: { sha256: file.sha256 },
  });
  return parse(row);
}

/** A person approves the settings file by its hash, and its settings become the project's. */
export async function approveProjectFile(
  tx: WriteTx,
  project: ProjectRecord,
  sha256: string,
  settings: ProjectSettings,
  actor: string,
): Promise<ProjectRecord> {
  const row = await tx.db
    .updateTable("projects")
    .set({
      approved_sha256: sha256,
      approved_rules: project.rules_text,
      settings: JSON.stringify(settings),
      max_concurrent: settings.max_concurrent,
      updated_at: tx.now,
    })
    .where("id", "=", project.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.append({ type: "project.file_approved", actor, project_id: project.id, data: { sha256 } });
  return parse(row);
}

/** Forgets a project. Its unfinished tasks must have ended; the caller checks. */
export async function deleteProject(tx: WriteTx, project: ProjectRecord, actor: string): Promise<void> {
  await tx.db.deleteFrom("projects").where("id", "=", project.id).execute();
  await tx.append({ type: "project.removed", actor, project_id: project.id, data: { name: project.name } });
}

/** One page of projects by name. */
export async function listProjects(
  db: Tx,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ rows: readonly ProjectRecord[]; page: PageInfo }> {
  let query = db.selectFrom("projects").selectAll();
  if (page.cursor !== undefined) query = query.where("name", ">", decodeCursor(page.cursor, PROJECT_NAME));
  const rows = await query
    .orderBy("name")
    .limit(page.limit + 1)
    .execute();
  const cut = toPage(rows, page.limit, (row) => row.name);
  return { rows: cut.rows.map(parse), page: cut.page };
}

/** The project as clients see it. */
export function toProject(record: ProjectRecord, counts: Record<string, number>): Project {
  return {
    id: record.id,
    name: record.name,
    root: record.root,
    active: record.active === 1,
    default: record.is_default === 1,
    settings: record.settings,
    file: {
      sha256: record.file_sha256,
      approved_sha256: record.approved_sha256,
      state: fileState(record),
      text: record.file_text,
      rules: record.rules_text,
    },
    max_concurrent: record.max_concurrent,
    default_agent: record.settings.agent,
    task_count: Object.values(counts).reduce((sum, n) => sum + n, 0),
    counts,
    created_at: new Date(record.created_at).toISOString(),
    updated_at: new Date(record.updated_at).toISOString(),
  };
}

/** Whether the project's own settings file counts: only as it was approved. */
export function fileState(
  record: Pick<ProjectRecord, "file_sha256" | "approved_sha256">,
): "absent" | "approved" | "unapproved" {
  if (record.file_sha256 === null) return "absent";
  return record.file_sha256 === record.approved_sha256 ? "approved" : "unapproved";
}

/** The project's own rules that count: as they were approved last, none once they are gone from the base branch. */
export function approvedRules(
  record: ProjectRecord,
): { readonly text: string; readonly file: string } | null {
  if (record.approved_rules === null || fileState(record) === "absent") return null;
  return { text: record.approved_rules, file: PROJECT_RULES_FILE };
}

function parse(row: Database["projects"]): ProjectRecord {
  return { ...row, settings: ProjectSettings.parse(JSON.parse(row.settings)) };
}
