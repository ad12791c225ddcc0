import { type CommandDefinition, type Context, operationCommand, type Positional } from "../command.ts";
import type { Client } from "../connection.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { confirm } from "../terminal/ask.ts";
import { commandText } from "../terminal/words.ts";
import { projectHealthCommand } from "./project-health.ts";
import { settingOptions } from "./project-options.ts";
import { showBranches, showFile, showProject, showProjects } from "./project-page.ts";
import { proposeProject } from "./register.ts";

const project: Positional = {
  param: "project",
  required: true,
  doc: "Name or id of the project, or the path of its repository",
};

const add = operationCommand("project/create", {
  positionals: [{ param: "root", doc: "The repository; the current one unless told" }],
  options: {
    ...settingOptions,
    id: [{ flags: "--name <name>", doc: "Name of the project", path: "id" }],
    default: [{ flags: "--default", doc: "Take this project for tasks that name none", path: "default" }],
    approve_file_sha256: [
      {
        flags: "--approve-file <sha256>",
        doc: "Approve the repository's own settings file by its hash",
        path: "approve_file_sha256",
      },
    ],
  },
  extras: [{ flags: "-y, --yes", doc: "Register what is proposed without asking", path: "yes" }],
  notes: "Looks at the repository, shows the settings it proposes and asks. Options win over the proposal.",
  prepare: async ({ params, extras }, client, context) => {
    const { root, ...chosen } = params;
    const named = typeof root === "string" ? root : undefined;
    return proposeProject(client, context, {
      root: named,
      chosen,
      yes: extras["yes"] === true,
      instead: `harness project add ${named ?? "."} --yes`,
    });
  },
  show: (result, { out }) => showProject(result, out),
});

const example = operationCommand("project/example", {
  notes: "Its task is played by a script: no model, no account, no cost. All else is real.",
  show: ({ project: made, task }, { out }) => {
    showProject(made, out);
    const words = ["--project", task.project, "--agent", task.agent, "--reviewer", task.reviewer];
    out.line(`See it work: ${commandText(["harness", "task", "submit", task.prompt, ...words])}`);
    return undefined;
  },
});

const list = operationCommand("project/list", { show: (result, { out }) => showProjects(result, out) });

const show = operationCommand("project/get", {
  positionals: [project],
  show: (result, { out }) => showProject(result, out),
});

const branches = operationCommand("project/branches", {
  positionals: [project],
  show: (result, { out }) => showBranches(result, out),
});

const set = operationCommand("project/update", {
  positionals: [project],
  options: {
    ...settingOptions,
    active: [
      { flags: "--active", doc: "Take tasks of this project", path: "active" },
      { flags: "--no-active", doc: "Leave its tasks in the queue", path: "active" },
    ],
  },
  show: (result, { out }) => showProject(result, out),
});

const approve = operationCommand("project/approve_file", {
  positionals: [project],
  notes: "Without --sha256 the file is shown and you are asked.",
  prepare: async ({ params }, client, context) => ({
    ...params,
    sha256: params["sha256"] ?? (await askForHash(String(params["project"]), client, context)),
  }),
  show: (result, { out }) => showProject(result, out),
});

async function askForHash(name: string, client: Client, context: Context): Promise<string> {
  const { file } = await client.call("project/get", { project: name });
  if (file.sha256 === null)
    throw new CommandFailure(
      "nothing_to_approve",
      `${name} has no .harness/config.toml on its base branch.`,
      {
        exitCode: exitCodes.usage,
      },
    );
  showFile(file, context.err);
  const instead = `harness project approve ${name} --sha256 ${file.sha256}`;
  if (await confirm(context, "Approve these settings?", instead)) return file.sha256;
  throw new CommandFailure("declined", "Nothing was approved.", { exitCode: exitCodes.usage });
}

const remove = operationCommand("project/delete", {
  positionals: [project],
  show(_result, { out }) {
    out.line("Removed. The repository was not touched.");
    return undefined;
  },
});

/** The commands about projects. */
export const projectCommands: readonly CommandDefinition[] = [
  add,
  example,
  list,
  show,
  projectHealthCommand,
  branches,
  set,
  approve,
  remove,
];
