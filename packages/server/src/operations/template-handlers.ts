import { HarnessError, MOST_TEMPLATES, type Parsed, type Result, type Templates } from "@harness/protocol";
import { getProject, type ProjectRecord, updateProject } from "../projects/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { checkAgent, refuseWhenDraining } from "./project-handlers.ts";
import { templateOf } from "./task-template.ts";

type Names = "template/set" | "template/list" | "template/remove";

/** The templates of a project. */
export function templateHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "template/set": (params, caller) => setTemplate(deps, params, caller),
    "template/list": async ({ project }) => {
      const { templates } = (await getProject(deps.storage.reader, project)).settings;
      const names = Object.keys(templates).sort();
      return { data: names.map((name) => ({ name, ...templates[name]! })) };
    },
    "template/remove": async ({ project, name }, caller) => {
      refuseWhenDraining(deps);
      await change(deps, project, caller, (templates, record) => {
        templateOf(record, name, "name");
        return Object.fromEntries(Object.entries(templates).filter(([other]) => other !== name));
      });
      return { removed: true };
    },
  };
}

async function setTemplate(
  deps: OperationsDeps,
  { project, name, ...template }: Parsed<"template/set">,
  caller: Caller,
): Promise<Result<"template/set">> {
  refuseWhenDraining(deps);
  checkAgent(deps, template.agent);
  checkAgent(deps, template.reviewer, "reviewer");
  await change(deps, project, caller, (templates) => {
    const next = { ...templates, [name]: template };
    if (Object.keys(next).length > MOST_TEMPLATES)
      throw new HarnessError(
        "invalid_params",
        `Project ${project} has ${MOST_TEMPLATES} templates already. Remove one first.`,
        { field: "name", expected: `at most ${MOST_TEMPLATES} templates` },
      );
    return next;
  });
  return { name, ...template };
}

async function change(
  deps: OperationsDeps,
  project: string,
  caller: Caller,
  next: (templates: Templates, record: ProjectRecord) => Templates,
): Promise<void> {
  await deps.log.write(async (tx) => {
    const record = await getProject(tx.db, project);
    const templates = next(record.settings.templates, record);
    await updateProject(tx, record, { settings: { ...record.settings, templates } }, caller.actor);
  });
}
