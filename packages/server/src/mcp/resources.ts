import { HarnessError, type OperationName, type Params, TaskId } from "@harness/protocol";
import type { Resource, ResourceTemplateType } from "@modelcontextprotocol/server";
import { z } from "zod";
import { seedAddress } from "./seed-tools.ts";

/** Runs one operation for whoever reads. */
export type Read = <N extends OperationName>(name: N, params: Params<N>) => Promise<unknown>;

const JSON_TYPE = "application/json";
/** Tasks on a page of the list of resources. */
const PAGE = 50;

/** What is there without asking for a task. */
export const fixedResources: readonly Resource[] = [
  { uri: "harness://tasks", name: "tasks", title: "The newest tasks", mimeType: JSON_TYPE },
  { uri: "harness://projects", name: "projects", title: "Registered projects", mimeType: JSON_TYPE },
  { uri: "harness://problems", name: "problems", title: "What is wrong now", mimeType: JSON_TYPE },
  {
    uri: "harness://reports/latest",
    name: "report",
    title: "The newest report of what happened",
    mimeType: "text/markdown",
  },
];

/** What is there of each task. */
export const resourceTemplates: readonly ResourceTemplateType[] = [
  {
    uriTemplate: "harness://tasks/{task_id}",
    name: "task",
    title: "One task with its attempts, stages and turns",
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: "harness://tasks/{task_id}/diff",
    name: "task-diff",
    title: "The change a task made",
    mimeType: "text/x-diff",
  },
  {
    uriTemplate: "harness://tasks/{task_id}/evidence",
    name: "task-evidence",
    title: "What Harness itself ran on which commit, and who reviewed it",
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: "harness://tasks/{task_id}/log{?after_seq}",
    name: "task-log",
    title: "The events of a task, in order; after_seq goes on where a page ended",
    mimeType: JSON_TYPE,
  },
];

const TaskPage = z.object({
  data: z.array(z.object({ id: z.string(), title: z.string(), status: z.string() })),
  page: z.object({ next_cursor: z.string().nullable() }),
});

/** One page of resources: what is always there first, then the tasks, newest first. */
export async function listResources(
  read: Read,
  cursor: string | undefined,
): Promise<{ resources: Resource[]; nextCursor?: string }> {
  const page = TaskPage.parse(await read("task/list", { limit: PAGE, ...(cursor ? { cursor } : {}) }));
  const tasks = page.data.map(
    ({ id, title, status }): Resource => ({
      uri: `harness://tasks/${id}`,
      name: id,
      title,
      description: status,
      mimeType: JSON_TYPE,
    }),
  );
  return {
    resources: cursor === undefined ? [...fixedResources, ...tasks] : tasks,
    ...(page.page.next_cursor === null ? {} : { nextCursor: page.page.next_cursor }),
  };
}

/** What a resource holds. */
export interface Content {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

/** Reads a resource; undefined when no resource has this address. A task that is not there is `task_not_found`. */
export async function readResource(read: Read, uri: string): Promise<Content | undefined> {
  const content = await readAt(read, seedAddress(uri));
  return content && { ...content, uri };
}

async function readAt(read: Read, uri: string): Promise<Content | undefined> {
  const json = (value: unknown): Content => ({ uri, mimeType: JSON_TYPE, text: JSON.stringify(value) });
  switch (uri) {
    case "harness://tasks":
      return json(await read("task/list", {}));
    case "harness://projects":
      return json(await read("project/list", {}));
    case "harness://problems":
      return json(await read("problem/list", {}));
    case "harness://reports/latest": {
      const report = z
        .object({ markdown: z.string() })
        .parse(await read("report/get", { report_id: "latest" }));
      return { uri, mimeType: "text/markdown", text: report.markdown };
    }
    default: {
      const match = /^harness:\/\/tasks\/(\w+)(?:\/(diff|evidence|log))?(?:\?after_seq=(\d{1,15}))?$/.exec(
        uri,
      );
      if (!match || (match[3] !== undefined && match[2] !== "log")) return undefined;
      return readTask(read, { uri, task_id: idOf(match[1]!), part: match[2], after: match[3] });
    }
  }
}

async function readTask(
  read: Read,
  { uri, task_id, part, after }: { uri: string; task_id: string; part?: string; after?: string },
): Promise<Content> {
  if (part === "diff") {
    const diff = z.object({ patch: z.string() }).parse(await read("task/diff", { task_id }));
    return { uri, mimeType: "text/x-diff", text: diff.patch };
  }
  if (part === "log") {
    const events = await read("event/query", {
      task_id,
      limit: 200,
      ...(after === undefined ? {} : { after_seq: Number(after) }),
    });
    return { uri, mimeType: JSON_TYPE, text: JSON.stringify(events) };
  }
  const task = z.looseObject({}).parse(await read("task/get", { task_id }));
  const { id, status, head_sha, evidence_history: evidence, review_history: reviews } = task;
  const shown = part === "evidence" ? { id, status, head_sha, evidence, reviews } : task;
  return { uri, mimeType: JSON_TYPE, text: JSON.stringify(shown) };
}

function idOf(text: string): string {
  const parsed = TaskId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new HarnessError("task_not_found", `There is no task ${text}.`, { field: "uri", got: text });
}
