import { HarnessError, type StoredTaskRequest, type TaskRequest, type TaskTemplate } from "@harness/protocol";
import type { ProjectRecord } from "../projects/index.ts";

/** Characters a prompt may have, as a request may. */
const LONGEST_PROMPT = 262_144;

/**
 * What a request comes to with the template it names: the template's text around its prompt, and the template's
 * agent, labels and limits where the request has none; labels add up. What was asked is kept beside it. A request
 * without a template stays as it is.
 */
export function withTemplate(
  project: Pick<ProjectRecord, "name" | "settings">,
  asked: TaskRequest,
  title: string,
): StoredTaskRequest {
  if (asked.template === undefined) return asked;
  const { prompt: frame, labels, ...rest } = templateOf(project, asked.template);
  const prompt = filled(frame, asked.prompt ?? "", title);
  if (prompt.length > LONGEST_PROMPT)
    throw new HarnessError(
      "invalid_params",
      `With the template ${asked.template} the prompt has ${prompt.length} characters; ${LONGEST_PROMPT} at most.`,
      { field: "prompt", expected: `at most ${LONGEST_PROMPT} characters with the template` },
    );
  const all = [...new Set([...(labels ?? []), ...(asked.labels ?? [])])].slice(0, 50);
  return { ...rest, ...asked, prompt, ...(all.length > 0 ? { labels: all } : {}), asked };
}

/** A template of a project, or `template_not_found` with the names there are; `field` is the parameter that named it. */
export function templateOf(
  project: Pick<ProjectRecord, "name" | "settings">,
  name: string,
  field = "template",
): TaskTemplate {
  const { templates } = project.settings;
  const found = Object.hasOwn(templates, name) ? templates[name] : undefined;
  if (found !== undefined) return found;
  const allowed = Object.keys(templates).sort();
  const known =
    allowed.length > 0
      ? `It has: ${allowed.join(", ")}.`
      : `It has none. Add one: harness project template set ${project.name} ${name} "…"`;
  throw new HarnessError("template_not_found", `Project ${project.name} has no template ${name}. ${known}`, {
    field,
    got: name,
    allowed,
  });
}

/** The frame with prompt and title in place, in one pass: what a prompt says is never a placeholder. */
function filled(frame: string, prompt: string, title: string): string {
  const text = frame.replace(/\{\{(prompt|title)\}\}/g, (_, name: string) =>
    name === "prompt" ? prompt : title,
  );
  return frame.includes("{{prompt}}") ? text : `${text.trimEnd()}\n\n${prompt}`;
}
