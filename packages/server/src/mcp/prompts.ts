import type { GetPromptResult, Prompt } from "@modelcontextprotocol/server";

/** Ways to begin that a host can offer a person. */
export const prompts: readonly Prompt[] = [
  {
    name: "submit_task",
    title: "Give work to Harness",
    description: "Hand a piece of work to Harness and follow it until it is done or needs you.",
    arguments: [
      { name: "work", description: "What to do, in plain words", required: true },
      { name: "project", description: "Project to do it in; asked for when there are several" },
    ],
  },
  {
    name: "morning_report",
    title: "What happened overnight",
    description: "What finished, what needs you and what failed, with the next command for each.",
  },
];

/** The words of a prompt; undefined when there is none of this name, or an argument it needs is missing. */
export function promptText(
  name: string,
  given: Readonly<Record<string, string>> = {},
): GetPromptResult | undefined {
  const say = (text: string): GetPromptResult => ({
    messages: [{ role: "user", content: { type: "text", text } }],
  });
  if (name === "morning_report")
    return say(
      "Read the resource harness://reports/latest, or call report_create when there is none or it is older than last night. Tell me in a few lines what finished and can be landed, what needs me with the command for it, and what failed and why. Then call problem_list and name anything the report does not have.",
    );
  const work = given["work"]?.trim();
  if (name !== "submit_task" || !work) return undefined;
  const where = given["project"]
    ? `in the project ${given["project"]}`
    : "in the project it belongs to (project_list; ask me when it is not clear)";
  return say(
    `Submit this as a task ${where} with task_create, then follow it with task_wait until settled is true. If it waits for a person, tell me what it needs. When it is done, show the branch, the evidence (task_proof) and a summary of task_diff.\n\n${work}`,
  );
}
