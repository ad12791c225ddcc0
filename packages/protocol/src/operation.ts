import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";

/** What a caller must be allowed to do. `open` needs no token; `task` is an agent's, for the one task it works on. */
export type Scope = "open" | "task" | "read" | "submit" | "operate";

/** `METHOD /path/{param}`; entry 0 of an operation is canonical, later entries are aliases. */
export type Route = `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;

/**
 * One capability. From the row come its HTTP route and OpenAPI entry, the typed client method, the CLI help and
 * the reference page; with `mcp` also a tool for agent hosts.
 */
export interface Operation<P extends z.ZodObject = z.ZodObject, R extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly http: readonly [Route, ...Route[]];
  /** Status of a success; 200 unless told. With 204 the result is null, and over HTTP nothing. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly scope: Scope;
  /** True when an agent host may be offered this as a tool. */
  readonly mcp: boolean;
  /** What an agent host is told beyond the summary: when to use it, what to do next. */
  readonly guide?: string;
  /** True for what ends or throws away something: an agent host asks a person first. */
  readonly destructive?: true;
  /** The command that does the same: `harness <cli>`. */
  readonly cli?: string;
  /** True when an `Idempotency-Key` makes a repeat return the first answer. */
  readonly idempotent?: boolean;
  /** Strict: an unknown parameter is refused by name. Path parameters are params of the same name. */
  readonly params: P;
  readonly result: R;
  /** Codes beyond `commonErrors`. A handler that throws another is a defect, reported as `internal`. */
  readonly errors: readonly ErrorCode[];
}

/** Codes any operation may answer with. */
export const commonErrors = [
  "invalid_params",
  "invalid_json",
  "invalid_request",
  "unsupported_media_type",
  "payload_too_large",
  "unauthorized",
  "forbidden",
  "host_refused",
  "origin_refused",
  "rate_limited",
  "overloaded",
  "internal",
  "storage_failed",
  "storage_full",
] as const satisfies readonly ErrorCode[];

/** A row as it is written: its schemas are made when they are first asked for, most of them never in a process. */
type WrittenOperation<P extends z.ZodObject, R extends z.ZodType> = Omit<
  Operation<P, R>,
  "params" | "result"
> & { readonly params: () => P; readonly result: () => R };

/** Types a row by its own schemas. */
export function operation<P extends z.ZodObject, R extends z.ZodType>(
  row: WrittenOperation<P, R>,
): Operation<P, R> {
  const { params, result, ...rest } = row;
  let made_params: P | undefined;
  let made_result: R | undefined;
  return {
    ...rest,
    get params() {
      made_params ??= params();
      return made_params;
    },
    get result() {
      made_result ??= result();
      return made_result;
    },
  };
}

/** The parts of a route string. */
export function parseRoute(route: Route): {
  readonly method: string;
  readonly path: string;
  readonly names: readonly string[];
} {
  const space = route.indexOf(" ");
  const path = route.slice(space + 1);
  return {
    method: route.slice(0, space),
    path,
    names: Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1]!),
  };
}
