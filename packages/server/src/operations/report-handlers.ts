import { getProject } from "../projects/index.ts";
import { listProblems, problemKey } from "../reports/index.ts";
import { decodeCursor, toPage } from "../storage/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

const PROBLEM_KEY = /^\d \d{4}-\d\d-\d\dT[\d:.]{8,12}Z [\w:.-]{1,300}$/;

/** The reports of what happened, and the list of what is wrong now. */
export function reportHandlers(
  deps: OperationsDeps,
): Pick<Handlers, "report/create" | "report/get" | "report/list" | "problem/list"> {
  const db = () => deps.storage.reader;
  const projectId = async (key: string | undefined) =>
    key === undefined ? null : (await getProject(db(), key)).id;
  return {
    "report/create": async ({ since, until, project }, { actor }) =>
      deps.reports.create({
        since: since === undefined ? undefined : Date.parse(since),
        until: until === undefined ? undefined : Date.parse(until),
        project_id: await projectId(project),
        actor,
      }),
    "report/get": ({ report_id }) => deps.reports.get(report_id),
    "report/list": async ({ limit, cursor }) => {
      const { data, page } = await deps.reports.list({ limit: limit ?? 50, cursor });
      return { data, page: { ...page } };
    },
    "problem/list": async ({ kind, project, limit, cursor }) => {
      const filter = { kinds: kind, project_id: await projectId(project) };
      const { problems, cut } = await listProblems(db(), filter, deps.clock.now());
      const after = cursor === undefined ? "" : decodeCursor(cursor, PROBLEM_KEY);
      const left = problems.filter((problem) => problemKey(problem) > after);
      const { rows, page } = toPage(left, limit ?? 50, problemKey);
      return { data: [...rows], page: { ...page }, cut };
    },
  };
}
