import { type CostSource, exactUsd, type Usage } from "@harness/protocol";

/** What a million tokens of a model cost, in dollars with at most six decimals. */
export interface Price {
  readonly input: number;
  /** Of input that was read from the provider's cache; the price of input unless told. */
  readonly cached_input?: number | undefined;
  readonly output: number;
}

/** Prices by the name of a model. */
export type PriceTable = Readonly<Record<string, Price>>;

/** A use with what it cost, as far as anybody knows. */
export interface PricedUsage {
  readonly usage: Usage;
  /** Who says so; null when nobody does. */
  readonly source: CostSource | null;
}

const DECIMALS = 6;
/** A price in millionths of a dollar per million tokens is a price in picodollars per token. */
const PICO_PER_MICRO = 1_000_000n;

/**
 * What the tokens of a turn cost: what its vendor says, else the price of the first of these models that has one,
 * else unknown. Prices are multiplied as whole numbers and rounded once, to the micro-dollar, half up.
 */
export function priced(usage: Usage, models: readonly (string | null)[], prices: PriceTable): PricedUsage {
  if (usage.cost_usd !== null)
    return { usage: { ...usage, cost_usd: exactUsd(usage.cost_usd) }, source: "vendor" };
  const model = models.find((name) => name !== null && Object.hasOwn(prices, name));
  const price = model == null ? undefined : prices[model];
  if (price === undefined) return { usage, source: null };
  const { input_tokens, cached_tokens, output_tokens } = usage;
  const cached = Math.min(cached_tokens, input_tokens);
  const pico =
    BigInt(input_tokens - cached) * scaled(price.input) +
    BigInt(cached) * scaled(price.cached_input ?? price.input) +
    BigInt(output_tokens) * scaled(price.output);
  const micro = (pico + PICO_PER_MICRO / 2n) / PICO_PER_MICRO;
  return { usage: { ...usage, cost_usd: exactUsd(Number(micro) / 1_000_000) }, source: "price_table" };
}

/** A price as a whole number of its last decimal, read from its digits: 0.1 is exactly 100000. */
function scaled(price: number): bigint {
  const [whole = "0", part = ""] = price.toFixed(DECIMALS).split(".");
  return BigInt(whole) * 10n ** BigInt(DECIMALS) + BigInt(part.padEnd(DECIMALS, "0"));
}
