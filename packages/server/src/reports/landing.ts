import type { BranchConflict, LandingOrder, LandingStep } from "@harness/protocol";
import type { GitRunner } from "../git/index.ts";
import type { Tx } from "../storage/index.ts";
import { type MergePair, TrialMerges, type TrialResult, type Workspaces } from "../workspaces/index.ts";
import { type LandingPlace, landingOrder } from "./landing-order.ts";
import { short } from "./limits.ts";
import { acceptCommand, fitCommand } from "./next-command.ts";

/** Branches of a project that are tried against each other; the newest ones. */
const MAX_HEADS = 40;
/** Projects looked at in one report. */
const MAX_PROJECTS = 100;

/** What trials of merges need. */
export interface LandingDeps {
  readonly git: GitRunner;
  readonly dataDir: string;
  readonly workspaces: Pick<Workspaces, "refreshMirror">;
}

/** A finished branch nobody landed yet. */
interface Head {
  readonly id: string;
  readonly title: string;
  readonly branch: string;
  readonly sha: string;
  readonly base_branch: string;
  readonly depends_on: readonly string[];
}

interface Project {
  readonly id: string;
  readonly name: string;
  readonly root: string;
}

/**
 * How the finished, unlanded branches fit together, for each project and base branch. Stops trying when the signal is
 * aborted and says so. `cut` is true when there are more projects than are looked at.
 */
export async function landingOrders(
  deps: LandingDeps,
  db: Tx,
  spec: { readonly project_id: string | null; readonly signal: AbortSignal },
): Promise<{ readonly orders: LandingOrder[]; readonly cut: boolean }> {
  const projects = await projectsToLand(db, spec.project_id);
  const orders: LandingOrder[] = [];
  for (const project of projects.slice(0, MAX_PROJECTS)) {
    const { heads, left_out } = await headsOf(db, project.id);
    for (const [base_branch, some] of Map.groupBy(heads, (head) => head.base_branch))
      orders.push(await orderOf(deps, project, { base_branch, heads: some, left_out }, spec.signal));
  }
  return { orders, cut: projects.length > MAX_PROJECTS };
}

async function projectsToLand(db: Tx, projectId: string | null): Promise<Project[]> {
  let query = db
    .selectFrom("projects")
    .select(["id", "name", "root"])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("tasks")
          .select("tasks.id")
          .whereRef("tasks.project_id", "=", "projects.id")
          .where("tasks.status", "=", "done")
          .where("tasks.landed", "is", null)
          .where("tasks.discarded_at", "is", null),
      ),
    );
  if (projectId !== null) query = query.where("id", "=", projectId);
  return query
    .orderBy("name")
    .limit(MAX_PROJECTS + 1)
    .execute();
}

async function headsOf(db: Tx, projectId: string): Promise<{ heads: Head[]; left_out: boolean }> {
  const rows = await db
    .selectFrom("tasks")
    .select(["id", "title", "branch", "head_sha", "base_branch"])
    .where("project_id", "=", projectId)
    .where("status", "=", "done")
    .where("landed", "is", null)
    .where("discarded_at", "is", null)
    .orderBy("id", "desc")
    .limit(MAX_HEADS + 1)
    .execute();
  const kept = rows.slice(0, MAX_HEADS);
  const links = await db
    .selectFrom("task_dependencies")
    .selectAll()
    .where("task_id", "in", ["", ...kept.map((row) => row.id)])
    .execute();
  const heads = kept.flatMap(({ branch, head_sha, ...row }) => {
    if (branch === null || head_sha === null) return [];
    const depends_on = links.filter((link) => link.task_id === row.id).map((link) => link.depends_on);
    return [{ ...row, branch, sha: head_sha, depends_on }];
  });
  return { heads: heads.reverse(), left_out: rows.length > MAX_HEADS };
}

interface Lot {
  readonly base_branch: string;
  readonly heads: readonly Head[];
  readonly left_out: boolean;
}

async function orderOf(
  deps: LandingDeps,
  project: Project,
  { base_branch, heads, left_out }: Lot,
  signal: AbortSignal,
): Promise<LandingOrder> {
  const about = { project_id: project.id, project: project.name, base_branch, left_out };
  try {
    const { baseSha } = await deps.workspaces.refreshMirror({
      projectId: project.id,
      root: project.root,
      base: base_branch,
      signal,
    });
    await using trials = await TrialMerges.open(deps, { projectId: project.id, likeSha: baseSha, signal });
    const inBase = new Set<string>();
    for (const { id, sha } of heads) if (await trials.contains(baseSha, sha)) inBase.add(id);
    const open = heads.filter(({ id }) => !inBase.has(id));
    const tried = await tryAll(trials, open, baseSha);
    const order = await simulate(trials, open, { baseSha, base_branch, conflict: tried.conflict });
    return {
      ...about,
      base_sha: baseSha,
      problem: null,
      already_in_base: [...inBase],
      complete: tried.complete && !signal.aborted,
      conflicts: tried.conflicts,
      order,
    };
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    return {
      ...about,
      base_sha: null,
      problem,
      already_in_base: [],
      complete: false,
      conflicts: [],
      order: [],
    };
  }
}

/** Every pair of branches, and every branch with its base. */
async function tryAll(trials: TrialMerges, heads: readonly Head[], baseSha: string) {
  const pairs: { pair: MergePair; task_id: string; with: string | null }[] = [];
  for (const [at, head] of heads.entries()) {
    pairs.push({ pair: { ours: baseSha, theirs: head.sha }, task_id: head.id, with: null });
    for (const other of heads.slice(at + 1))
      pairs.push({ pair: { ours: head.sha, theirs: other.sha }, task_id: head.id, with: other.id });
  }
  const results = await trials.check(pairs.map(({ pair }) => pair));
  const conflicts = pairs.flatMap(({ task_id, with: other }, at): BranchConflict[] => {
    const result: TrialResult | undefined = results[at];
    return result?.status === "conflicts" ? [{ task_id, with: other, files: named(result.files) }] : [];
  });
  const known = new Set(conflicts.map(({ task_id, with: other }) => `${task_id} ${other}`));
  const conflict = (a: string, b: string) => known.has(`${a} ${b}`) || known.has(`${b} ${a}`);
  return { conflicts, conflict, complete: results.every(({ status }) => status !== "unknown") };
}

/** Merges the branches one after the other onto the base, in a place that is thrown away. */
async function simulate(
  trials: TrialMerges,
  heads: readonly Head[],
  on: { baseSha: string; base_branch: string; conflict: (a: string, b: string) => boolean },
): Promise<LandingStep[]> {
  const headOf = new Map(heads.map((head) => [head.id, head]));
  let tip = on.baseSha;
  const places = await landingOrder(heads, on.conflict, async (id) => {
    const result = await trials.merge({ ours: tip, theirs: headOf.get(id)!.sha });
    if (result.status === "merged") {
      tip = result.sha;
      return { status: "landed" };
    }
    if (result.status === "conflicts") return { status: "conflicts", files: result.files };
    return { status: "unknown", why: result.status === "unknown" ? result.why : "the time was up" };
  });
  return places.map((place) => stepOf(headOf.get(place.id)!, place, on.base_branch));
}

function stepOf(head: Head, place: LandingPlace, base: string): LandingStep {
  const step = { task_id: head.id, title: short(head.title, 200), branch: head.branch, commit: head.sha };
  const accept = acceptCommand(head.id, base);
  const related = [...place.with];
  switch (place.status) {
    case "landed":
      return {
        ...step,
        outcome: "lands",
        with: [],
        files: [],
        why: "Lands without a conflict.",
        command: accept,
      };
    case "conflicts": {
      const against =
        related.length > 0 ? `${related.join(", ")}, landed before it` : `${base} as it stands then`;
      const why = `Conflicts with ${against}: land the others first, then have this one revised.`;
      const command = fitCommand(head.id, base);
      return { ...step, outcome: "conflicts", with: related, files: named(place.files), why, command };
    }
    case "after_dependency": {
      const why = `Depends on ${related.join(", ")}, which conflicts: it can land once that one does.`;
      return { ...step, outcome: "after_dependency", with: related, files: [], why, command: accept };
    }
    case "unknown":
      return {
        ...step,
        outcome: "unknown",
        with: [],
        files: [],
        why: `Not known: ${place.why}.`,
        command: accept,
      };
  }
}

/** Names of files as an agent chose them, short enough for a line. */
function named(files: readonly string[]): string[] {
  return files.map((file) => short(file, 200));
}
