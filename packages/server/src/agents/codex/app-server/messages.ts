import { z } from "zod";

const RequestId = z.union([z.string(), z.number()]);
export type RequestId = z.infer<typeof RequestId>;

/** One line of `codex app-server` (Codex 0.169): JSON-RPC 2.0 without its `jsonrpc` field. */
export const Message = z.looseObject({
  id: RequestId.optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});
export type Message = z.infer<typeof Message>;

/** A piece of a text. */
export const Delta = z.looseObject({
  method: z.string().endsWith("elta"),
  params: z.looseObject({ delta: z.string() }),
});

/** The answer to `thread/start`, `thread/resume` and `thread/fork`. */
export const ThreadOpened = z.looseObject({
  thread: z.looseObject({ id: z.string() }),
  model: z.string().nullish(),
});

/** The answer to `turn/start`. */
export const TurnBegun = z.looseObject({ turn: z.looseObject({ id: z.string() }) });

/** What every notification of a turn says: whose it is. */
export const Scope = z.looseObject({ threadId: z.string().nullish(), turnId: z.string().nullish() });

/** An item, whatever its type; `items.ts` knows the types. */
export const ThreadItem = z.looseObject({ id: z.string(), type: z.string() });
export type ThreadItem = z.infer<typeof ThreadItem>;

export const ItemNote = z.looseObject({ item: ThreadItem });

export const DeltaNote = z.looseObject({ itemId: z.string(), delta: z.string() });

const Breakdown = z.looseObject({
  totalTokens: z.number(),
  inputTokens: z.number(),
  cachedInputTokens: z.number().optional(),
  outputTokens: z.number(),
});
export type Breakdown = z.infer<typeof Breakdown>;

/** Counts of the conversation: `total` since its start, `last` of the newest model call. */
export const UsageNote = z.looseObject({
  turnId: z.string(),
  tokenUsage: z.looseObject({ total: Breakdown, last: Breakdown }),
});

/** Why a turn failed. `codexErrorInfo` is a word, or a word with the HTTP status of the provider. */
export const TurnError = z.looseObject({
  message: z.string(),
  codexErrorInfo: z.unknown().optional(),
  additionalDetails: z.string().nullish(),
});
export type TurnError = z.infer<typeof TurnError>;

export const ErrorNote = z.looseObject({ error: TurnError, willRetry: z.boolean().optional() });

export const TurnNote = z.looseObject({
  turn: z.looseObject({ id: z.string(), status: z.string(), error: TurnError.nullish() }),
});

export const PlanNote = z.looseObject({
  explanation: z.string().nullish(),
  plan: z.array(z.looseObject({ step: z.string(), status: z.string() })),
});

const Window = z.looseObject({ usedPercent: z.number(), resetsAt: z.number().nullish() }).nullish();

/** How much of the account's limits is used; `resetsAt` in seconds since 1970. */
export const RateLimitsNote = z.looseObject({
  rateLimits: z.looseObject({ primary: Window, secondary: Window }),
});

export const WarningNote = z.looseObject({ message: z.string().optional(), summary: z.string().optional() });

export const ReroutedNote = z.looseObject({ fromModel: z.string(), toModel: z.string() });
