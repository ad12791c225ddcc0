import type { Usage } from "../port.ts";

/** What was used since `before`; Codex counts from the start of the conversation, also over a resume or a fork. */
export function usageSince(before: Usage | undefined, total: Usage): Usage {
  if (before === undefined || before.total_tokens > total.total_tokens) return total;
  return {
    input_tokens: Math.max(0, total.input_tokens - before.input_tokens),
    output_tokens: Math.max(0, total.output_tokens - before.output_tokens),
    cached_tokens: Math.max(0, total.cached_tokens - before.cached_tokens),
    total_tokens: Math.max(0, total.total_tokens - before.total_tokens),
    cost_usd: null,
  };
}
