import {
  type ErrorCode,
  errorCatalogue,
  isHarnessError,
  type Problem,
  type TaskStatus,
} from "@harness/protocol";

/** What the exit code of every command says. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  no_change: 3,
  waiting: 4,
  failed: 5,
  budget_exhausted: 6,
  cancelled: 130,
} as const;

/** The exit code for the state a task was left in. */
export function exitCodeOf(status: TaskStatus): number {
  switch (status) {
    case "done":
      return exitCodes.ok;
    case "no_change":
    case "waiting":
    case "failed":
    case "budget_exhausted":
    case "cancelled":
      return exitCodes[status];
    default:
      return exitCodes.internal;
  }
}

/** A command that cannot go on, said in one line: what, where, and what to do. Never shown with a stack. */
export class CommandFailure extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly field: string | undefined;
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    more: { exitCode?: number; field?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "CommandFailure";
    this.code = code;
    this.exitCode = more.exitCode ?? exitCodes.internal;
    this.field = more.field;
    this.hint = more.hint;
  }
}

/** A command that was typed wrong. */
export function usageFailure(message: string, more: { field?: string; hint?: string } = {}): CommandFailure {
  return new CommandFailure("usage", message, { ...more, exitCode: exitCodes.usage });
}

/** A failure in the form every transport uses, and the exit code it ends the command with. */
export interface Explained {
  readonly problem: Problem;
  readonly exitCode: number;
}

/** Turns anything thrown into a problem document; what we did not foresee is named without its stack. */
export function explain(error: unknown): Explained {
  if (error instanceof CommandFailure) {
    const { code, field, hint } = error;
    const status = error.exitCode === exitCodes.usage ? 400 : 500;
    const title = error.exitCode === exitCodes.usage ? "The command was typed wrong." : "The command failed.";
    return {
      problem: document(code, status, title, error.message, { field, hint }),
      exitCode: error.exitCode,
    };
  }
  if (isHarnessError(error)) {
    const row = errorCatalogue[error.code];
    const { field, hint, expected, got, allowed, issues } = error.details;
    const more = {
      field,
      hint,
      expected,
      got,
      allowed: allowed && [...allowed],
      issues: issues && [...issues],
    };
    return {
      problem: document(error.code, row.http, row.summary, error.message, more),
      exitCode: row.http < 500 ? exitCodes.usage : exitCodes.internal,
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  const title = errorCatalogue.internal.summary;
  return {
    problem: document("internal", 500, title, detail || "Something failed without saying why.", {}),
    exitCode: exitCodes.internal,
  };
}

/** Whether a failure, ours or the server's, carries this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return explain(error).problem.code === code;
}

function document(
  code: string,
  status: number,
  title: string,
  detail: string,
  more: Partial<Problem>,
): Problem {
  const known = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  return { type: "about:blank", title, status, detail, code, error: code, ...known };
}
