import { exactUsd, type Usage } from "@harness/protocol";

/** What two uses come to. An unknown cost makes the sum unknown. */
export function sumOf(a: Usage, b: Usage): Usage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cached_tokens: a.cached_tokens + b.cached_tokens,
    total_tokens: a.total_tokens + b.total_tokens,
    cost_usd: a.cost_usd === null || b.cost_usd === null ? null : exactUsd(a.cost_usd + b.cost_usd),
  };
}
