import { HarnessError, rpcLimits } from "@harness/protocol";
import { toRpcFailure } from "./failure.ts";
import { idKey, type ReadCall, type RpcCall, type RpcId, readCall } from "./message.ts";
import { readStrictJson } from "./strict-json.ts";

/** What a call came to. `after` is for what may only happen once the answer is on its way. */
export interface Outcome {
  readonly result: unknown;
  readonly after?: (() => void) | undefined;
}

/** What a message is answered with. */
export interface AnswerDeps {
  /** Does a call; rejects with its refusal. Called in the order of the message, before anything is waited for. */
  readonly run: (call: RpcCall, requestId: string) => Promise<Outcome>;
  /** Ids of calls that are not answered yet. */
  readonly open: Set<string>;
  /** Takes the secrets of this server out of a text. */
  readonly redact: (text: string) => string;
  /** The id a call is filed under in the log and the events. */
  readonly requestId: () => string;
}

/** The answer to a message: its text, if it has one, and what to do when that is on its way. */
export interface Answer {
  readonly text: string | undefined;
  readonly after: () => void;
}

/**
 * Answers one message: a call or a batch of them (jsonrpc.org/specification). Never rejects. The calls of a batch run
 * at once, and their answers stand in its order; a message of notifications only has no answer.
 */
export async function answerMessage(bytes: Uint8Array, deps: AnswerDeps): Promise<Answer> {
  let message: unknown;
  try {
    message = readStrictJson(bytes, "message");
    if (Array.isArray(message)) requireBatch(message);
  } catch (error) {
    return { text: failure(null, error, deps, deps.requestId()), after: () => {} };
  }
  const answers = Array.isArray(message)
    ? await Promise.all(message.map((one) => answerCall(readCall(one), deps)))
    : [await answerCall(readCall(message), deps)];
  const texts = answers.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const text = texts.length === 0 ? undefined : Array.isArray(message) ? `[${texts.join(",")}]` : texts[0];
  return {
    text,
    after: () => {
      for (const { after } of answers) after();
    },
  };
}

function requireBatch(message: readonly unknown[]): void {
  if (message.length === 0)
    throw new HarnessError("invalid_request", "A batch must hold at least one call.", { field: "message" });
  if (message.length > rpcLimits.batch)
    throw new HarnessError(
      "invalid_request",
      `A batch may hold ${rpcLimits.batch} calls; this one holds ${message.length}. Nothing of it was done.`,
      { field: "message" },
    );
}

async function answerCall(read: ReadCall, deps: AnswerDeps): Promise<Answer> {
  const requestId = deps.requestId();
  const answer = (text?: string, after = () => {}): Answer => ({ text, after });
  if (read.refused)
    return answer(read.id === undefined ? undefined : failure(read.id, read.refused, deps, requestId));
  const { call } = read;
  // A notification that fails is not answered.
  if (call.id === undefined)
    return deps.run(call, requestId).then(
      ({ after }) => answer(undefined, after),
      () => answer(),
    );
  const key = idKey(call.id);
  if (deps.open.has(key)) return answer(failure(null, duplicate(call.id), deps, requestId));
  deps.open.add(key);
  try {
    const { result, after } = await deps.run(call, requestId);
    return answer(success(call.id, result), after);
  } catch (error) {
    return answer(failure(call.id, error, deps, requestId));
  } finally {
    deps.open.delete(key);
  }
}

/** Answered under null: under its own id it would be taken for the answer to the first call. */
function duplicate(id: RpcId): HarnessError {
  return new HarnessError("invalid_request", "A call with this id is not answered yet. Give each its own.", {
    field: "id",
    got: idKey(id).slice(0, 200),
  });
}

function success(id: RpcId, result: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result ?? null)}}`;
}

function failure(id: RpcId, error: unknown, { redact }: AnswerDeps, requestId: string): string {
  return failureText(id, error, redact, requestId);
}

/** The text of a response that refuses. */
export function failureText(
  id: RpcId,
  error: unknown,
  redact: (text: string) => string,
  requestId: string,
): string {
  const shown = redact(JSON.stringify(toRpcFailure(error, requestId)));
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${shown}}`;
}
