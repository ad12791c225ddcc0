import { Argument, Command } from "commander";
import type { CommandDefinition, Typed } from "./command.ts";
import { acpCommand } from "./commands/acp.ts";
import { agentCommands } from "./commands/agent.ts";
import { approvalCommands } from "./commands/approval.ts";
import { budgetCommands } from "./commands/budget.ts";
import { costCommands } from "./commands/cost.ts";
import { diskCommands } from "./commands/disk.ts";
import { execCommand } from "./commands/exec.ts";
import { execpolicyCommand } from "./commands/execpolicy.ts";
import { initCommand } from "./commands/init.ts";
import { liveCommands } from "./commands/live.ts";
import { mcpCommands } from "./commands/mcp.ts";
import { notificationCommands } from "./commands/notification.ts";
import { policyCommands } from "./commands/policy.ts";
import { problemsCommand } from "./commands/problems.ts";
import { projectCommands } from "./commands/project.ts";
import { templateCommands } from "./commands/project-template.ts";
import { replayCommand } from "./commands/replay.ts";
import { reportCommands } from "./commands/report.ts";
import { ruleCommands } from "./commands/rule.ts";
import { serveCommand } from "./commands/serve.ts";
import { serverCommands } from "./commands/server.ts";
import { sessionCommands } from "./commands/session.ts";
import { statsCommand } from "./commands/stats.ts";
import { taskCommands } from "./commands/task.ts";
import { threadCommands } from "./commands/thread.ts";
import { threadTalkCommands } from "./commands/thread-talk.ts";
import { tokenCommands } from "./commands/token.ts";
import { upCommands } from "./commands/up.ts";
import { addOptions, readOptions } from "./options.ts";
import { version } from "./version.ts";

/** Every command, in the order the help shows them. */
export const commandDefinitions: readonly CommandDefinition[] = [
  ...upCommands,
  serveCommand,
  execCommand,
  acpCommand,
  initCommand,
  ...serverCommands,
  ...tokenCommands,
  ...agentCommands,
  ...diskCommands,
  replayCommand,
  ...budgetCommands,
  ...costCommands,
  statsCommand,
  ...taskCommands,
  ...liveCommands,
  ...threadTalkCommands,
  ...threadCommands,
  ...sessionCommands,
  ...approvalCommands,
  ...ruleCommands,
  ...policyCommands,
  execpolicyCommand,
  ...reportCommands,
  problemsCommand,
  ...projectCommands,
  ...notificationCommands,
  ...templateCommands,
  ...mcpCommands,
];

const groups: Readonly<Record<string, string>> = {
  task: "Submit, follow and steer tasks",
  thread: "Talk with an agent in a workspace of its own",
  session: "Conversations under the names their clients gave them",
  approval: "Answer what agents ask a person",
  rule: "Load, check and show the rules that judge agents",
  policy: "What the policy answers, and would have answered",
  execpolicy: "Judge a list of words as Codex does",
  project: "Register repositories and change their settings",
  template: "Named ways to ask for work in a project",
  agent: "Show agents and bring their accounts back",
  notification: "Show and test what people are told",
};

/** What every command also takes. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly dataDir: string | undefined;
}

/** What a parsed command line asks for. */
export type Start = (definition: CommandDefinition, options: GlobalOptions, typed: Typed) => Promise<void>;

/** Where the parser writes help and complaints. */
interface Writers {
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
}

/**
 * The command line of `harness`; `start` is called with the command that was typed. With the first word of the line
 * only the commands that begin with it are built, when there are any: a server that starts needs no other's options.
 */
export function buildProgram(start: Start, writers: Writers, word?: string): Command {
  const program = new Command("harness")
    .description("Mission control for coding agents")
    .version(version, "-V, --version", "Print the version")
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ ...writers, outputError: () => undefined })
    .helpCommand(false)
    .addHelpText("after", globalNotes);
  const meant = commandDefinitions.filter(({ path }) => path.split(" ", 1)[0] === word);
  for (const definition of meant.length > 0 ? meant : commandDefinitions)
    addCommand(program, definition, start);
  return program;
}

const globalNotes = `
Exit code: 0 ok, 2 wrong usage or a refused request, 1 anything else; exec and task watch tell the task's outcome:
0 done, 3 no_change, 4 waiting, 5 failed, 6 budget_exhausted, 130 cancelled.

Every command takes --json (the exact result) and --data-dir. The server and its token are found through
HARNESS_URL and HARNESS_TOKEN, or through the data directory (HARNESS_DATA_DIR, else ~/.local/share/harness).`;

function addCommand(program: Command, definition: CommandDefinition, start: Start): void {
  const words = definition.path.split(" ");
  const name = words.at(-1) ?? "";
  const parent = words.slice(0, -1).reduce(group, program);
  // A command with commands below it, such as `disk`, takes only the options typed before theirs.
  const command = parent
    .command(name, { hidden: definition.hidden === true })
    .description(definition.summary)
    .enablePositionalOptions();
  if (definition.positionals.some(({ words }) => words)) command.passThroughOptions();
  for (const { param, doc, required, variadic, words } of definition.positionals) {
    const shown = `${param.replace("_id", "")}${variadic || words ? "..." : ""}`;
    command.addArgument(new Argument(required ? `<${shown}>` : `[${shown}]`, doc));
  }
  addOptions(command, definition.forms());
  addOptions(command, definition.extras);
  command.option("--json", "Write the exact result as JSON");
  command.option("--data-dir <path>", "Data directory of the server");
  if (definition.notes !== undefined) command.addHelpText("after", `\n${definition.notes}`);
  command.action(async () => {
    const options: Readonly<Record<string, unknown>> = command.opts();
    const { json, dataDir } = options;
    await start(
      definition,
      { json: json === true, dataDir: typeof dataDir === "string" ? dataDir : undefined },
      read(definition, command, options),
    );
  });
}

function read(
  definition: CommandDefinition,
  command: Pick<Command, "processedArgs">,
  options: Readonly<Record<string, unknown>>,
): Typed {
  const params = readOptions(definition.forms(), options);
  for (const [at, { param, variadic, words }] of definition.positionals.entries()) {
    const value: unknown = command.processedArgs[at];
    if (words) params[param] = value;
    else if (variadic && Array.isArray(value) && value.length > 0) params[param] = value.join(" ");
    else if (!variadic && value !== undefined) params[param] = value;
  }
  return { params, extras: readOptions(definition.extras, options) };
}

function group(program: Command, name: string): Command {
  const known = program.commands.find((command) => command.name() === name);
  if (known) return known as Command;
  return program
    .command(name)
    .description(groups[name] ?? name)
    .helpCommand(false);
}
