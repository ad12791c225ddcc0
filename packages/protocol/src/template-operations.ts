import { z } from "zod";
import { operation } from "./operation.ts";
import { ProjectKey } from "./project.ts";
import { TaskTemplate, TemplateName, templateFields } from "./template.ts";

const NamedTemplate = TaskTemplate.extend({ name: TemplateName }).meta({ id: "NamedTemplate" });

/** The templates of a project: named ways to ask for work. */
export const templateOperations = {
  "template/set": operation({
    summary: "Add a template to a project, or replace the one of this name; queued tasks keep what they have",
    http: ["POST /projects/{project}/templates"],
    scope: "operate",
    mcp: false,
    cli: "project template set",
    params: () => z.strictObject({ project: ProjectKey, name: TemplateName, ...templateFields }),
    result: () => NamedTemplate,
    errors: ["project_not_found", "agent_not_found", "draining"],
  }),
  "template/list": operation({
    summary: "The templates of a project, by name",
    http: ["GET /projects/{project}/templates"],
    scope: "read",
    mcp: false,
    cli: "project template list",
    params: () => z.strictObject({ project: ProjectKey }),
    result: () => z.object({ data: z.array(NamedTemplate) }),
    errors: ["project_not_found"],
  }),
  "template/remove": operation({
    summary: "Remove a template from a project; queued tasks keep what they have",
    http: ["DELETE /projects/{project}/templates/{name}"],
    scope: "operate",
    mcp: false,
    destructive: true,
    cli: "project template remove",
    params: () => z.strictObject({ project: ProjectKey, name: TemplateName }),
    result: () => z.object({ removed: z.boolean() }),
    errors: ["project_not_found", "template_not_found", "draining"],
  }),
} as const;
