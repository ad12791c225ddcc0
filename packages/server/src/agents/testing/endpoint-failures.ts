import { type FailureSample, samples } from "./failure-sample.ts";

const monthly = { type: "rate_limit_error", details: { error_code: "enforced_spend_limit_reached" } };
const unified = {
  "anthropic-ratelimit-unified-status": "rejected",
  "anthropic-ratelimit-unified-reset": "1795300000",
};

/** Anthropic Messages: the message of the error, its status, and what stands around it. */
export const anthropicFailures: FailureSample[] = [
  ...samples("anthropic", [
    [
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      400,
      "quota",
    ],
    ["There's an issue with your billing or payment information.", 402, "quota"],
    [
      "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
      400,
      "quota",
      "2026-12-01T00:00:00.000Z",
    ],
    ["invalid x-api-key", 401, "auth"],
    ["Your API key does not have permission to use the specified resource.", 403, "auth"],
    ["model: claude-nope-9", 404, "permanent"],
    ["messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks", 400, "permanent"],
    ["prompt is too long: 210000 tokens > 200000 maximum", 400, "permanent"],
    ["Request exceeds the maximum size", 413, "permanent"],
    ["Overloaded", 529, "transient"],
    ["Internal server error", 500, "transient"],
  ]),
  {
    adapter: "anthropic",
    words: "This request would exceed your account's rate limit. Please try again later.",
    status: 429,
    headers: unified,
    kind: "quota",
    reset_at: "2026-11-21T22:26:40.000Z",
  },
  {
    adapter: "anthropic",
    words: "Your organization has reached its limit.",
    status: 429,
    error: monthly,
    kind: "quota",
    reset_at: "2026-12-01T00:00:00.000Z",
  },
  {
    adapter: "anthropic",
    words: "Number of request tokens has exceeded your per-minute rate limit",
    status: 429,
    headers: { "retry-after": "20" },
    error: { type: "rate_limit_error" },
    kind: "transient",
    reset_at: "2026-11-21T11:24:20.000Z",
  },
];

/** OpenAI Chat Completions and those who speak it. */
export const openaiFailures: FailureSample[] = [
  ...samples("openai", [
    ["You exceeded your current quota, please check your plan and billing details.", 429, "quota"],
    ["Billing hard limit has been reached", 400, "quota"],
    ["Insufficient Balance", 402, "quota"],
    [
      "Rate limit reached for gpt-5 in organization org-x on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s. Visit https://platform.openai.com/account/billing to add a payment method.",
      429,
      "transient",
      "2026-11-21T11:24:20.000Z",
    ],
    [
      "Rate limit reached for llama on tokens per day (TPD): Limit 100000, Used 99990. Please try again in 7m12s.",
      429,
      "transient",
      "2026-11-21T11:31:12.000Z",
    ],
    [
      "Requests have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 9 seconds. Please go here: https://aka.ms/oai/quotaincrease",
      429,
      "transient",
      "2026-11-21T11:24:09.000Z",
    ],
    [
      "Incorrect API key provided: sk-x. You can find your API key at https://platform.openai.com/account/api-keys.",
      401,
      "auth",
    ],
    ["API key not valid. Please pass a valid API key.", 400, "auth"],
    ["The model `gpt-nope` does not exist or you do not have access to it.", 404, "permanent"],
    ["This model's maximum context length is 8192 tokens.", 400, "permanent"],
    ["The server is overloaded or not ready yet", 503, "transient"],
    ["Cannot connect to API: connect ECONNREFUSED 127.0.0.1:11434", undefined, "transient"],
  ]),
  {
    adapter: "openai",
    words: "Too many requests",
    status: 429,
    headers: { "retry-after": "7" },
    error: { code: "rate_limit_exceeded" },
    kind: "transient",
    reset_at: "2026-11-21T11:24:07.000Z",
  },
  {
    adapter: "openai",
    words: "Request refused.",
    status: 429,
    error: { type: "insufficient_quota", code: "insufficient_quota" },
    kind: "quota",
    reset_at: null,
  },
];
