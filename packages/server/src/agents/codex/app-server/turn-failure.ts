import { z } from "zod";
import { classifyFailure, type Failure } from "../../failure.ts";
import type { FailureKind } from "../../port.ts";
import { toIso } from "../../reset-time.ts";
import type { TurnError } from "./messages.ts";

const Status = z.record(z.string(), z.looseObject({ httpStatusCode: z.number().nullish() }));

/** Codex's own words for why a turn failed, where they say more than its message. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  usageLimitExceeded: "quota",
  unauthorized: "auth",
  contextWindowExceeded: "permanent",
  modelNotFound: "permanent",
  cyberPolicy: "permanent",
  serverOverloaded: "transient",
  rateLimitExceeded: "transient",
  internalServerError: "transient",
};

/**
 * What a failed turn means for the next try: by Codex's word for it, else by the status and the words of its
 * provider. `limit_resets` is when a used-up limit of the account comes back, epoch seconds, where Codex has told.
 */
export function turnFailure(error: TurnError, now: number, limit_resets: number | undefined): Failure {
  const status = Status.safeParse(error.codexErrorInfo);
  const code = status.success ? Object.values(status.data)[0]?.httpStatusCode : undefined;
  const words = classifyFailure(error.message, now, code);
  const kind = kindOf(error.codexErrorInfo) ?? words.kind;
  const retry = kind === "quota" || kind === "transient";
  const told = kind === "quota" && limit_resets !== undefined ? toIso(limit_resets * 1000) : undefined;
  const reset_at = retry ? (told ?? words.reset_at) : undefined;
  return { kind, message: error.message, retry, ...(reset_at === undefined ? {} : { reset_at }) };
}

function kindOf(info: unknown): FailureKind | undefined {
  return typeof info === "string" && Object.hasOwn(KINDS, info) ? KINDS[info] : undefined;
}
