import type { Found } from "@harness/client/node";
import { type Operation, type OperationName, operations, type Params, type Result } from "@harness/protocol";
import type { Client, Connection } from "./connection.ts";
import { exitCodes } from "./failure.ts";
import { checkParams, type OptionForm, type OptionOverrides, optionForms } from "./options.ts";
import type { Surroundings } from "./surroundings.ts";
import { findTask } from "./task-reference.ts";
import type { Screen } from "./terminal/screen.ts";
import { findThread } from "./thread-reference.ts";

/** What a running command works with. */
export interface Context {
  readonly surroundings: Surroundings;
  /** Results. */
  readonly out: Screen;
  /** Progress, questions and warnings. */
  readonly err: Screen;
  /** Write the exact result as JSON, and nothing else, to standard output. */
  readonly json: boolean;
  readonly dataDir: string | undefined;
  /** The token of the server commands talk to. */
  token(): Promise<string>;
  /** The running server; a clear failure when there is none. */
  connect(): Promise<Connection>;
  /** Where it is, for what speaks to it in another way; the same failure. */
  locate(): Promise<Found>;
  /** One answer of the running server; without a server it is found here, and nothing is started. */
  ask<N extends OperationName>(name: N, params: Params<N>): Promise<Result<N>>;
  /** The running server, or one inside this process for as long as the command lasts. */
  connectOrServe(): Promise<Connection>;
}

/** A word on the command line that is no option. */
export interface Positional {
  readonly param: string;
  readonly doc: string;
  readonly required?: true;
  /** Takes all the words that follow. */
  readonly variadic?: true;
  /** Takes all the words that follow, each as it is, also those that look like options. */
  readonly words?: true;
}

/** What a person typed after a command's name. */
export interface Typed {
  /** Values of positionals and options, by parameter. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Values of the options that are no parameters of the operation. */
  readonly extras: Readonly<Record<string, unknown>>;
}

/** One command of `harness`. */
export interface CommandDefinition {
  /** As typed: `task submit`. */
  readonly path: string;
  readonly summary: string;
  /** The row of the operation table it stands for. */
  readonly operation?: OperationName;
  readonly positionals: readonly Positional[];
  forms(): readonly OptionForm[];
  readonly extras: readonly OptionForm[];
  /** Parameters of the operation that cannot be given here, and why. */
  readonly absent: Readonly<Record<string, string>>;
  /** Shown below the options in the help. */
  readonly notes?: string;
  /** Not shown in the help: a part of another command. */
  readonly hidden?: true;
  /** Answers the exit code. */
  run(context: Context, typed: Typed): Promise<number>;
}

/** What is particular about a command that is one call of an operation. */
interface OperationSpec<N extends OperationName> {
  readonly positionals?: readonly Positional[];
  readonly options?: OptionOverrides;
  readonly extras?: readonly OptionForm[];
  readonly absent?: Readonly<Record<string, string>>;
  readonly notes?: string;
  /** Fills in what the person left out; may ask. */
  prepare?(typed: Typed, client: Client, context: Context): Promise<Record<string, unknown>>;
  /** Writes the result for reading; a number becomes the exit code. */
  show(result: Result<N>, context: Context, typed: Typed): number | undefined | Promise<number | undefined>;
  /** Replaces the one call altogether. */
  run?(context: Context, typed: Typed): Promise<number>;
}

/** The command of an operation's row: name, summary and options come from the row. */
export function operationCommand<N extends OperationName>(
  name: N,
  spec: OperationSpec<N>,
): CommandDefinition {
  const row: Operation = operations[name];
  const positionals = spec.positionals ?? [];
  const forms = optionForms(
    name,
    [...positionals.map(({ param }) => param), ...Object.keys(spec.absent ?? {})],
    spec.options ?? {},
  );
  return {
    path: row.cli ?? name.replace("/", " "),
    summary: row.summary,
    operation: name,
    positionals,
    forms,
    extras: spec.extras ?? [],
    absent: spec.absent ?? {},
    notes: spec.notes,
    run: spec.run ?? ((context, typed) => callOnce(name, spec, forms(), context, typed)),
  };
}

async function callOnce<N extends OperationName>(
  name: N,
  spec: OperationSpec<N>,
  forms: readonly OptionForm[],
  context: Context,
  typed: Typed,
): Promise<number> {
  await using connection = await context.connect();
  const { client } = connection;
  const filled = spec.prepare ? await spec.prepare(typed, client, context) : { ...typed.params };
  if (typeof filled["task_id"] === "string") filled["task_id"] = await findTask(client, filled["task_id"]);
  if (typeof filled["thread_id"] === "string")
    filled["thread_id"] = await findThread(client, filled["thread_id"]);
  const params: Params<N> = checkParams(name, filled, forms);
  const result = await client.call(name, params);
  if (context.json) context.out.json(result);
  const code = await spec.show(result, context.json ? silent(context) : context, typed);
  return code ?? exitCodes.ok;
}

/** With `--json` a result is shown once, as JSON: what is written for reading goes nowhere. */
function silent(context: Context): Context {
  return { ...context, out: context.out.muted() };
}
