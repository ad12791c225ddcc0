import { type PlanModule, type Result, resultCaps, workStatusOf } from "@harness/protocol";
import { getTask, isTestFile, modulesOf, refuseDiscarded, type TaskRecord } from "../tasks/index.ts";
import type { ChangedFile, FileText } from "../workspaces/index.ts";
import type { OperationsDeps } from "./deps.ts";
import { type PlanView, planView } from "./task-work.ts";

type ResultModule = Result<"task/results">["modules"][number];
type ResultFile = ResultModule["files"][number];

/**
 * What a task made so far, by module: the files it changed as they stand at its newest commit. Without a plan every
 * changed file that is no test stands for a module of its own; what belongs to none comes last, without a name.
 */
export async function resultsOf(deps: OperationsDeps, taskId: string): Promise<Result<"task/results">> {
  const task = await getTask(deps.storage.reader, taskId);
  refuseDiscarded(task, "show the results of");
  const [view, changed] = await Promise.all([
    planView(deps.storage.reader, taskId),
    changedFiles(deps, task),
  ]);
  const texts = await textsOf(deps, task, changed);
  const modules = view.plan?.modules.length ? view.plan.modules : madeUp(changed);
  const owned = new Map<string, ChangedFile[]>(modules.map(({ name }) => [name, []]));
  const others: ChangedFile[] = [];
  for (const file of changed) {
    const owners = modulesOf(modules, file.path);
    for (const name of owners) owned.get(name)?.push(file);
    if (owners.length === 0) others.push(file);
  }
  const shown = [...owned].map(([name, files]) => moduleOf(view, name, files, texts));
  return {
    task_id: task.id,
    status: task.status,
    work_status: workStatusOf(task.status),
    commit: task.head_sha,
    modules: others.length > 0 ? [...shown, moduleOf(view, null, others, texts)] : shown,
  };
}

async function changedFiles(deps: OperationsDeps, task: TaskRecord): Promise<readonly ChangedFile[]> {
  if (task.base_sha === null || task.head_sha === null) return [];
  const spec = { projectId: task.project_id, from: task.base_sha, to: task.head_sha, capBytes: 0 };
  return (await deps.workspaces.diff(spec)).files;
}

/** The texts of changed files, by path, within the caps. */
async function textsOf(
  deps: OperationsDeps,
  task: TaskRecord,
  changed: readonly ChangedFile[],
): Promise<ReadonlyMap<string, FileText>> {
  if (task.head_sha === null) return new Map();
  const readable = changed.filter((file) => file.status !== "deleted" && file.insertions !== undefined);
  const read = await deps.workspaces.readFiles({
    projectId: task.project_id,
    commit: task.head_sha,
    paths: readable.slice(0, resultCaps.files).map(({ path }) => path),
    fileBytes: resultCaps.file_bytes,
    totalBytes: resultCaps.total_bytes,
  });
  return new Map(read.map((file) => [file.path, { ...file, text: deps.redact(file.text) }]));
}

/** A module for each changed file that is no test, for work that was not planned. */
function madeUp(changed: readonly ChangedFile[]): PlanModule[] {
  return changed
    .filter(({ path }) => !isTestFile(path))
    .map(({ path }) => ({ name: path, description: "", files: [path], depends_on: [] }));
}

function moduleOf(
  view: PlanView,
  name: string | null,
  files: readonly ChangedFile[],
  texts: ReadonlyMap<string, FileText>,
): ResultModule {
  const known = view.modules.find((module) => module.name === name);
  const newest = view.iterations.findLast((one) => one.module === name && one.state !== "working");
  const listed = files.map((file) => toFile(file, texts.get(file.path)));
  return {
    name,
    description: known?.description ?? "",
    status: known?.status ?? null,
    iterations: known?.iterations ?? null,
    code: joined(listed, "code", texts),
    tests: joined(listed, "test", texts),
    test_pass_rate: newest?.test_pass_rate ?? null,
    quality_score: newest?.quality_score ?? null,
    files: listed,
  };
}

function toFile(file: ChangedFile, read: FileText | undefined): ResultFile {
  const missing =
    file.status === "deleted" ? "deleted" : file.insertions === undefined ? "binary" : "left_out";
  return {
    path: file.path,
    kind: isTestFile(file.path) ? "test" : "code",
    status: file.status,
    shown: read ? (read.cut ? "cut" : "whole") : missing,
  };
}

/** The contents of the files of a kind in one text; null when there is none to show. */
function joined(
  files: readonly ResultFile[],
  kind: ResultFile["kind"],
  texts: ReadonlyMap<string, FileText>,
): string | null {
  const read = files.filter((file) => file.kind === kind).flatMap(({ path }) => texts.get(path) ?? []);
  if (read.length === 0) return null;
  if (read.length === 1) return read[0]!.text;
  return read.map(({ path, text }) => `==> ${path} <==\n${text}`).join("\n");
}
