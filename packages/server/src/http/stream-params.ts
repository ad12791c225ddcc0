import { HarnessError, type StreamName, streams } from "@harness/protocol";
import type { FastifyRequest } from "fastify";
import { decodeParams } from "./decode-params.ts";

type Parsed<N extends StreamName> = ReturnType<(typeof streams)[N]["params"]["parse"]>;

/** The parameters of a stream; `Last-Event-ID`, which a reconnecting browser sends by itself, wins over `after_seq`. */
export function streamParams<N extends StreamName>(name: N, request: FastifyRequest): Parsed<N> {
  const schema = streams[name].params;
  const given: Record<string, unknown> = { ...(request.query as object), ...(request.params as object) };
  const last = request.headers["last-event-id"];
  const resumed = last !== undefined && last !== "";
  if (resumed) given["after_seq"] = last;
  const parsed = schema.safeParse(decodeParams(schema, given));
  if (parsed.success) return parsed.data as Parsed<N>;
  const issue = parsed.error.issues[0]!;
  const at = issue.code === "unrecognized_keys" ? issue.keys[0]! : issue.path.map(String).join(".");
  const field = resumed && at === "after_seq" ? "Last-Event-ID" : at;
  throw new HarnessError("invalid_params", `${field}: ${issue.message}.`, { field, expected: issue.message });
}
