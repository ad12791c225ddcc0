import type { Result } from "@harness/protocol";
import { type CommandDefinition, operationCommand, type Positional } from "../command.ts";
import { usageFailure } from "../failure.ts";
import { readAll } from "../terminal/ask.ts";
import { neutralBlock } from "../terminal/neutral.ts";
import { share, shortSha, statusTone, statusWord } from "../terminal/words.ts";

const taskId: Positional = {
  param: "task_id",
  required: true,
  doc: "Task id, the end of one, or last for the newest",
};

const intervene = operationCommand("task/intervene", {
  positionals: [
    taskId,
    { param: "guidance", variadic: true, doc: "What to say, in plain words; - reads it from standard input" },
  ],
  notes: "What was said is part of the task from then on: every later prompt holds it.",
  async prepare({ params }, _client, context) {
    const guidance =
      params["guidance"] === "-" ? await readAll(context.surroundings.stdin) : params["guidance"];
    if (typeof guidance !== "string" || guidance.trim() === "")
      throw usageFailure("Say something to the agent.", {
        field: "guidance",
        hint: 'For example: harness task intervene last "Use the pattern of RFC 5322"',
      });
    return { ...params, guidance };
  },
  show({ task_id, status, intervention }, { out }) {
    out.facts([
      ["task", task_id],
      ["status", statusWord(status, !out.isTerminal), statusTone(status)],
      ["intervention", String(intervention.number)],
      ["heard", heard(intervention)],
    ]);
    return undefined;
  },
});

const results = operationCommand("task/results", {
  positionals: [taskId],
  show({ commit, modules }, { out }) {
    out.facts([["commit", shortSha(commit)]]);
    out.table(modules, [
      { head: "module", cell: ({ name }) => name ?? "(none)" },
      { head: "status", cell: ({ status }) => status ?? "" },
      {
        head: "rounds",
        cell: ({ iterations }) => (iterations === null ? "" : String(iterations)),
        alignRight: true,
      },
      { head: "tests", cell: ({ test_pass_rate }) => share(test_pass_rate, ""), alignRight: true },
      { head: "score", cell: ({ quality_score }) => share(quality_score, ""), alignRight: true },
      { head: "files", cell: ({ files }) => files.map(({ path }) => path).join(", "), elastic: true },
    ]);
    for (const { name, code, tests } of modules) {
      for (const [what, text] of [
        ["code", code],
        ["tests", tests],
      ] as const) {
        if (text === null) continue;
        out.line();
        out.line(out.paint("bold", `${neutralBlock(name ?? "(no module)")}, ${what}:`));
        out.line(neutralBlock(text));
      }
    }
    return undefined;
  },
});

/** Whether and how an agent was told. */
export function heard({ delivered }: Pick<Result<"task/intervene">["intervention"], "delivered">): string {
  if (delivered === "steered") return "by the running turn";
  return delivered === "next_round" ? "with the prompt of a round" : "not yet: the next round is told";
}

/** The commands for the parts of a task's work. */
export const workCommands: readonly CommandDefinition[] = [intervene, results];
