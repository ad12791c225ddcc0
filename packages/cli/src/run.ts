import { CommanderError } from "commander";
import type { Context } from "./command.ts";
import { ask, connect, connectOrServe, findToken, locate } from "./connect.ts";
import { type Explained, exitCodes, explain, usageFailure } from "./failure.ts";
import { buildProgram, type GlobalOptions } from "./program.ts";
import type { Surroundings } from "./surroundings.ts";
import { neutralLine } from "./terminal/neutral.ts";
import { Screen } from "./terminal/screen.ts";

/** Runs one command line (without the program's own name) and answers its exit code. Never throws. */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const out = new Screen(surroundings.stdout, surroundings.env);
  const err = new Screen(surroundings.stderr, surroundings.env);
  let code: number = exitCodes.ok;
  const program = buildProgram(
    async (definition, options, typed) => {
      code = await definition.run(contextOf(surroundings, out, err, options), typed);
    },
    {
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
    },
    argv[0],
  );
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    // A bare `harness` or `harness task` has shown its help.
    if (error instanceof CommanderError && error.code === "commander.help") return exitCodes.usage;
    const explained = explain(error instanceof CommanderError ? typedWrong(error) : error);
    showFailure(explained, out, err, argv.includes("--json"));
    return explained.exitCode;
  }
}

function contextOf(surroundings: Surroundings, out: Screen, err: Screen, options: GlobalOptions): Context {
  const needs = { surroundings, dataDir: options.dataDir };
  return {
    ...needs,
    out,
    err,
    json: options.json,
    token: () => findToken(needs),
    connect: () => connect(needs),
    locate: () => locate(needs),
    ask: (name, params) => ask(needs, name, params),
    connectOrServe: () => connectOrServe(needs),
  };
}

function typedWrong(error: CommanderError) {
  const message = error.message.replace(/^error: /, "").replace(/\n/g, " ");
  return usageFailure(message, { hint: "See harness --help, or --help after any command." });
}

/** One line that says what, where and what to do; with `--json` the problem document on standard output. */
function showFailure({ problem }: Explained, out: Screen, err: Screen, json: boolean): void {
  if (json) {
    out.json(problem);
    return;
  }
  const { detail, field, hint, code, issues } = problem;
  const where = field && !detail.split(/[\s:;,"']+/).includes(field) ? ` [${field}]` : "";
  err.line(
    `${err.paint("red", "error")}: ${neutralLine(detail)}${neutralLine(where)} (${neutralLine(code)})`,
  );
  const placed = issues?.filter(({ line }) => line !== undefined) ?? [];
  for (const { line, column, message, hint: more } of placed)
    err.line(`  ${line}:${column ?? 1}  ${neutralLine(more === undefined ? message : `${message} ${more}`)}`);
  if (hint && placed.length === 0) err.line(`  ${neutralLine(hint)}`);
}
