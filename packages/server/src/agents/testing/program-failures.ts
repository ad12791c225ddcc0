import { samples } from "./failure-sample.ts";

/** Claude Code 2.1: what it ends a turn with, and the status it gives beside it. */
export const claudeFailures = samples("claude", [
  ["You've hit your session limit · resets 3:30am (Europe/London)", 429, "quota", "2026-11-22T03:30:00.000Z"],
  ["You've hit your session limit · resets 9pm (Europe/Rome)", 429, "quota", "2026-11-21T20:00:00.000Z"],
  [
    "You've hit your session limit · resets 12:50am (America/Los_Angeles)",
    429,
    "quota",
    "2026-11-22T08:50:00.000Z",
  ],
  ["You've hit your 5-hour limit · resets 10:26pm (UTC)", 429, "quota", "2026-11-21T22:26:00.000Z"],
  ["You've hit your weekly limit · resets Nov 29, 9:44am (UTC)", 429, "quota", "2026-11-29T09:44:00.000Z"],
  ["You've hit your Opus limit · resets Dec 1, 5pm (Asia/Tokyo)", 429, "quota", "2026-12-01T08:00:00.000Z"],
  ["You've hit your monthly spend limit · /usage-credits to raise it", 429, "quota"],
  ["You've hit your limit", 429, "quota"],
  ["Claude AI usage limit reached|1795300000", undefined, "quota", "2026-11-21T22:26:40.000Z"],
  ["You're out of extra usage · resets 4pm (UTC)", 429, "quota", "2026-11-21T16:00:00.000Z"],
  ["Credit balance is too low", 400, "quota"],
  ["API Error: 402 There's an issue with your billing or payment information.", 402, "quota"],
  [
    "API Error: 400 You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.",
    400,
    "quota",
    "2027-01-01T00:00:00.000Z",
  ],
  [
    "API Error: Server is temporarily limiting requests (not your usage limit) · Number of request tokens has exceeded your per-minute rate limit",
    429,
    "transient",
  ],
  ["API Error: Server is temporarily limiting requests (not your usage limit)", 429, "transient"],
  [
    "API Error: Request rejected (429) · This request would exceed your account's rate limit. Please try again later.",
    429,
    "transient",
  ],
  [
    "API Error: Request rejected (429) · Rate limit reached for requests. Please try again in 20s.",
    429,
    "transient",
    "2026-11-21T11:24:20.000Z",
  ],
  ["Not logged in · Please run /login", 401, "auth"],
  ["Invalid API key · Fix external API key", 401, "auth"],
  [
    "Failed to authenticate. API Error: 401 OAuth token has expired. Please obtain a new token or refresh your existing token.",
    401,
    "auth",
  ],
  [
    "Failed to authenticate. API Error: 403 Your API key does not have permission to use the specified resource.",
    403,
    "auth",
  ],
  ["OAuth token revoked · Please run /login", 403, "auth"],
  ["Your session has expired. Please run /login to sign in again.", undefined, "auth"],
  [
    "There's an issue with the selected model (claude-nope-9). It may not exist or you may not have access to it. Run --model to pick a different model.",
    404,
    "permanent",
  ],
  ["API Error: 400 orphaned tool_result in conversation history.", 400, "permanent"],
  ["Prompt is too long · the request is ~210000 tokens (limit 200000)", 400, "permanent"],
  ["Request too large (max 32MB). Remove older images or compact the conversation.", 413, "permanent"],
  [
    "API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again in a moment. If it persists, check https://status.claude.com.",
    529,
    "transient",
  ],
  [
    "API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment.",
    500,
    "transient",
  ],
  ["API Error: Connection error.", undefined, "transient"],
  ["API Error: Request timed out.", undefined, "transient"],
]);

/** Codex 0.169: the message of `turn.failed`; it gives no status beside it. */
export const codexFailures = samples("codex", [
  [
    "You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at Nov 24th, 2026 10:26 PM (UTC).",
    undefined,
    "quota",
    "2026-11-24T22:26:00.000Z",
  ],
  [
    "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.",
    undefined,
    "quota",
    "2026-11-27T09:35:00.000Z",
  ],
  [
    "You've hit your usage limit. Try again in 4 days 20 hours 9 minutes.",
    undefined,
    "quota",
    "2026-11-26T07:33:00.000Z",
  ],
  ["You've hit your usage limit. To get more access now, send a request to your admin", undefined, "quota"],
  ["You’ve hit your usage limit. Try again later.", undefined, "quota"],
  ["You're out of Codex messages", undefined, "quota"],
  ["Quota exceeded. Check your plan and billing details.", undefined, "quota"],
  [
    '{"error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}',
    undefined,
    "quota",
  ],
  [
    "unexpected status 402 Payment Required: There's an issue with your payment information., url: http://127.0.0.1:1/v1/responses",
    undefined,
    "quota",
  ],
  ["exceeded retry limit, last status: 429 Too Many Requests", undefined, "transient"],
  [
    "unexpected status 401 Unauthorized: invalid x-api-key, url: http://127.0.0.1:1/v1/responses",
    undefined,
    "auth",
  ],
  [
    "unexpected status 401 Unauthorized: Incorrect API key provided: sk-x. You can find your API key at https://platform.openai.com/account/api-keys., url: http://127.0.0.1:1/v1/responses",
    undefined,
    "auth",
  ],
  [
    "unexpected status 403 Forbidden: Your API key does not have permission to use the specified resource., url: http://127.0.0.1:1/v1/responses",
    undefined,
    "auth",
  ],
  [
    "Your access token could not be refreshed because your refresh token was revoked. Please log out and sign in again.",
    undefined,
    "auth",
  ],
  [
    "To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.",
    undefined,
    "auth",
  ],
  ["model: claude-nope-9", undefined, "permanent"],
  ["The requested model 'gpt-nope' does not exist.", undefined, "permanent"],
  [
    "The 'gpt-5' model is not supported when using Codex with a ChatGPT account. Unsupported model.",
    undefined,
    "permanent",
  ],
  [
    '{"error":{"type":"invalid_request_error","message":"messages.1.content.0: unexpected `tool_use_id`","code":"invalid_request_error"}}',
    undefined,
    "permanent",
  ],
  [
    "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
    undefined,
    "permanent",
  ],
  [
    "unexpected status 413 Payload Too Large: Request exceeds the maximum size, url: http://127.0.0.1:1/v1/responses",
    undefined,
    "permanent",
  ],
  [
    "unexpected status 529 <unknown status code>: Overloaded, url: http://127.0.0.1:1/v1/responses",
    undefined,
    "transient",
  ],
  [
    "unexpected status 503 Service Unavailable: The server is not ready yet, url: http://127.0.0.1:1/v1/responses",
    undefined,
    "transient",
  ],
  ["We’re currently experiencing high demand, which may cause temporary errors.", undefined, "transient"],
  ["stream disconnected before completion: error sending request", undefined, "transient"],
  ["Selected model is at capacity. Please try a different model.", undefined, "transient"],
]);
