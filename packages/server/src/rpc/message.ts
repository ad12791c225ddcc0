import { HarnessError } from "@harness/protocol";
import { z } from "zod";

/** What a response is found by. A number is an integer that a double holds exactly. */
const RpcId = z.union([z.string().max(1000), z.int(), z.null()]);
export type RpcId = z.infer<typeof RpcId>;

/** The members of a request object of JSON-RPC 2.0, and no others. */
const Envelope = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: RpcId.optional(),
  method: z.string(),
  params: z.unknown().optional(),
});

/** One call of a method. Without an id it is a notification: nothing is ever answered to it. */
export interface RpcCall {
  readonly id?: RpcId | undefined;
  readonly method: string;
  /** Undefined when none were given. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
}

/** A call, or the refusal of what is none; a refusal without an id is not answered either. */
export type ReadCall =
  | { readonly call: RpcCall; readonly refused?: undefined }
  | { readonly refused: HarnessError; readonly id: RpcId | undefined };

/** Reads one request object. What has no readable id is refused under the id null, as the specification says. */
export function readCall(value: unknown): ReadCall {
  const parsed = Envelope.safeParse(value);
  if (!parsed.success) return { refused: notARequest(parsed.error), id: idOf(value) };
  const { id, method, params } = parsed.data;
  // Null is what some libraries send for no parameters.
  if (params === undefined || params === null) return { call: { id, method, params: undefined } };
  if (typeof params !== "object" || Array.isArray(params)) return { refused: notNamed(params), id };
  return { call: { id, method, params: { ...params } } };
}

/** An id as a key: 1 and "1" are two. */
export function idKey(id: RpcId): string {
  return JSON.stringify(id);
}

function idOf(value: unknown): RpcId {
  const given = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  const id = RpcId.safeParse(given);
  return id.success ? id.data : null;
}

function notARequest(error: z.ZodError): HarnessError {
  const issue = error.issues[0]!;
  const field = issue.code === "unrecognized_keys" ? issue.keys[0]! : issue.path.map(String).join(".");
  const about: Record<string, string> = {
    "": "A message must be an object, or an array of them.",
    jsonrpc: 'The member jsonrpc must be "2.0".',
    id: "An id must be a string of up to 1,000 characters, an integer a double holds exactly, or null.",
    method: "The member method must be a string.",
  };
  const message =
    about[field] ??
    `There is no member ${field.slice(0, 100)} in a request. Members: jsonrpc, id, method, params.`;
  return new HarnessError("invalid_request", message, { field: field.slice(0, 100) });
}

function notNamed(params: unknown): HarnessError {
  return new HarnessError("invalid_params", "Send params as an object: parameters have names.", {
    field: "params",
    expected: "object",
    got: Array.isArray(params) ? "array" : typeof params,
  });
}
