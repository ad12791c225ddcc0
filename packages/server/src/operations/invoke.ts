import {
  commonErrors,
  type ErrorCode,
  HarnessError,
  isHarnessError,
  type OperationName,
  operations,
  type Parsed,
  type Result,
  type Scope,
} from "@harness/protocol";
import type { z } from "zod";
import { diskFullError, isDiskFull } from "../storage/index.ts";

/** Who asks. Scopes come from the server's own token record, never from the request. */
export interface Caller {
  readonly scopes: ReadonlySet<Scope>;
  /** Filed with the events this request causes. */
  readonly actor: string;
  /** The turn whose agent asks, with the token it was lent. */
  readonly turn_id?: string;
  readonly via: "http" | "rpc" | "mcp" | "cli";
  readonly request_id: string;
}

/** One handler per operation: a missing one does not compile. */
export type Handlers = {
  readonly [N in OperationName]: (params: Parsed<N>, caller: Caller) => Promise<Result<N>>;
};

/** Runs operations for every transport. */
export interface Invoker {
  invoke(name: OperationName, raw: unknown, caller: Caller): Promise<unknown>;
}

/** A request that was refused. */
export interface Refused {
  readonly name: OperationName;
  readonly caller: Caller;
  readonly error: HarnessError;
}

export interface InvokerDeps {
  readonly handlers: Handlers;
  /** Told of every refusal, to write down those that matter. */
  readonly onRefused?: (refused: Refused) => Promise<void>;
  readonly logger: { error(obj: object, msg: string): void };
  /** Told when an operation found the disk full. */
  readonly space?: { report(error: unknown): boolean };
}

/**
 * The one way into every capability: scope, then parameters, then the handler. A code the operation's row does not
 * name is a defect of ours and reaches the caller as `internal`; the log has the cause.
 */
export class OperationInvoker implements Invoker {
  readonly #deps: InvokerDeps;

  constructor(deps: InvokerDeps) {
    this.#deps = deps;
  }

  async invoke(name: OperationName, raw: unknown, caller: Caller): Promise<unknown> {
    const row = operations[name];
    if (row.scope !== "open" && !caller.scopes.has(row.scope)) {
      throw new HarnessError(
        "forbidden",
        `${name} needs the scope ${row.scope}, which this token does not have.`,
      );
    }
    let params: unknown;
    try {
      params = parseParams(row.params, raw);
    } catch (error) {
      throw await this.#refused(error, name, caller);
    }
    try {
      const handler = this.#deps.handlers[name] as (params: unknown, caller: Caller) => Promise<unknown>;
      return await handler(params, caller);
    } catch (thrown) {
      const error = isDiskFull(thrown) ? this.#noRoom(thrown) : thrown;
      const documented: readonly ErrorCode[] = [...commonErrors, ...row.errors];
      if (isHarnessError(error) && documented.includes(error.code))
        throw await this.#refused(error, name, caller);
      this.#deps.logger.error(
        { err: error, operation: name, request_id: caller.request_id },
        "operation failed",
      );
      throw new HarnessError(
        "internal",
        `${name} failed inside the server. The log has the cause under request ${caller.request_id}.`,
        {},
        { cause: error },
      );
    }
  }

  /** The same error, told of. What cannot be written down is in the log, and refused all the same. */
  async #refused(error: unknown, name: OperationName, caller: Caller): Promise<unknown> {
    if (!isHarnessError(error)) return error;
    await this.#deps
      .onRefused?.({ name, caller, error })
      .catch((failure: unknown) =>
        this.#deps.logger.error({ err: failure, operation: name }, "a refusal was not recorded"),
      );
    return error;
  }

  /** A full disk is the same refusal wherever it was met. */
  #noRoom(error: unknown): HarnessError {
    this.#deps.space?.report(error);
    return isHarnessError(error) ? error : diskFullError(error);
  }
}

/** What a caller sent, by its schema. Throws `invalid_params`, which names the field at fault and every other one too. */
export function parseParams<P extends z.ZodType>(schema: P, raw: unknown): z.output<P> {
  const parsed = schema.safeParse(raw ?? {});
  if (!parsed.success) throw invalidParams(parsed.error);
  refuseUnstorable(parsed.data, "");
  return parsed.data;
}

/** Refuses text no database keeps as it is: NUL and half a surrogate pair. */
function refuseUnstorable(value: unknown, field: string): void {
  if (typeof value === "string") {
    if (value.isWellFormed() && !value.includes("\0")) return;
    throw new HarnessError("invalid_params", `${field}: it holds a NUL or half a character.`, {
      field,
      expected: "text without NUL and lone surrogates",
    });
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value))
    refuseUnstorable(inner, field ? `${field}.${name}` : name);
}

/** A refusal that names the field at fault, and every other one too. */
function invalidParams(error: z.ZodError): HarnessError {
  const issues = error.issues.flatMap((issue) => {
    const at = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ field: at ? `${at}.${key}` : key, message: "unknown parameter" }));
    }
    return [{ field: at, message: issue.message }];
  });
  const first = issues[0] ?? { field: "", message: "invalid" };
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const source = error.issues[0];
  const allowed = source?.code === "invalid_value" ? source.values.map(String) : undefined;
  return new HarnessError("invalid_params", `${first.field || "The request"}: ${first.message}${more}.`, {
    field: first.field,
    expected: first.message,
    ...(allowed ? { allowed } : {}),
    issues: issues.slice(0, 50),
  });
}
