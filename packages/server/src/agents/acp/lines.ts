import { z } from "zod";

const Text = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.looseObject({
  type: z.string(),
  content: Text.optional(),
  path: z.string().optional(),
  newText: z.string().optional(),
  terminalId: z.string().optional(),
});

/** A tool call as a session update or a permission request tells it; later reports leave out what did not change. */
export const ToolReport = z.looseObject({
  toolCallId: z.string(),
  title: z.string().nullish(),
  name: z.string().nullish(),
  kind: z.string().nullish(),
  status: z.string().nullish(),
  content: z.array(Content).nullish(),
  locations: z.array(z.looseObject({ path: z.string() })).nullish(),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
});
export type ToolReport = z.infer<typeof ToolReport>;

/** One `session/update` of ACP v1; kinds this adapter does not know pass as they are. */
export const SessionUpdate = z.union([
  z.looseObject({
    sessionUpdate: z.enum(["user_message_chunk", "agent_message_chunk", "agent_thought_chunk"]),
    messageId: z.string().nullish(),
    content: Text,
  }),
  ToolReport.extend({ sessionUpdate: z.enum(["tool_call", "tool_call_update"]) }),
  z.looseObject({
    sessionUpdate: z.literal("plan"),
    entries: z.array(z.looseObject({ content: z.string(), status: z.string().nullish() })),
  }),
  z.looseObject({
    sessionUpdate: z.literal("usage_update"),
    cost: z.looseObject({ amount: z.number(), currency: z.string() }).nullish(),
  }),
  z.looseObject({
    sessionUpdate: z.literal("notice"),
    severity: z.string(),
    title: z.string(),
    description: z.string().nullish(),
  }),
  z.looseObject({
    sessionUpdate: z.enum([
      "available_commands_update",
      "current_mode_update",
      "config_option_update",
      "session_info_update",
    ]),
  }),
]);
export type SessionUpdate = z.infer<typeof SessionUpdate>;

/** The notification that carries an update. */
export const UpdateNotification = z.looseObject({
  sessionId: z.string(),
  update: z.looseObject({ sessionUpdate: z.string() }),
});

/** The answer to `initialize`: what the agent can do. */
export const Initialized = z.looseObject({
  protocolVersion: z.number(),
  agentCapabilities: z
    .looseObject({
      loadSession: z.boolean().nullish(),
      sessionCapabilities: z
        .looseObject({ resume: z.unknown().optional(), fork: z.unknown().optional() })
        .nullish(),
    })
    .nullish(),
});
export type Initialized = z.infer<typeof Initialized>;

/** The answer to `session/new`, `session/load`, `session/resume` and `session/fork`. */
export const SessionOpened = z.looseObject({
  sessionId: z.string().nullish(),
  configOptions: z
    .array(z.looseObject({ id: z.string(), category: z.string().nullish(), currentValue: z.unknown() }))
    .nullish(),
  /** Before configuration options there was this; Gemini CLI has it. */
  models: z.looseObject({ currentModelId: z.string() }).nullish(),
});
export type SessionOpened = z.infer<typeof SessionOpened>;

const tokens = z.number().int().min(0);

/** The answer to `session/prompt`. Use is told in two ways: the protocol's, and Gemini CLI's own. */
export const PromptAnswer = z.looseObject({
  stopReason: z.string(),
  usage: z
    .looseObject({
      inputTokens: tokens,
      outputTokens: tokens,
      totalTokens: tokens.optional(),
      cachedReadTokens: tokens.nullish(),
    })
    .nullish(),
  _meta: z
    .looseObject({
      quota: z
        .looseObject({
          token_count: z.looseObject({ input_tokens: tokens, output_tokens: tokens }),
        })
        .nullish(),
    })
    .nullish(),
});
export type PromptAnswer = z.infer<typeof PromptAnswer>;

/** Any message of JSON-RPC, as much of it as is needed to know where it goes. */
export const RpcMessage = z.looseObject({
  method: z.string().optional(),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  params: z.unknown().optional(),
});
export type RpcMessage = z.infer<typeof RpcMessage>;
