import type { Usage } from "@harness/protocol";
import { expect, it } from "vitest";
import { priced } from "./prices.ts";

const used = (input_tokens: number, cached_tokens: number, output_tokens: number): Usage => ({
  input_tokens,
  cached_tokens,
  output_tokens,
  total_tokens: input_tokens + output_tokens,
  cost_usd: null,
});
const prices = { big: { input: 3, cached_input: 0.3, output: 15 }, small: { input: 0.1, output: 0.000001 } };

it("a vendor's cost comes first, then the price table, and what nobody knows stays unknown [req:budget.price-table]", () => {
  expect(priced({ ...used(10, 0, 10), cost_usd: 0.1234567 }, ["big"], prices)).toMatchObject({
    source: "vendor",
    usage: { cost_usd: 0.123457 },
  });
  expect(priced(used(1000, 0, 100), ["other", "big"], prices)).toMatchObject({ source: "price_table" });
  const unknown = priced(used(1000, 0, 100), [null, "other", "__proto__"], prices);
  expect(unknown).toMatchObject({ source: null, usage: { cost_usd: null } });
});

it("prices are exact to the micro-dollar, cached input at its own price [req:budget.price-table]", () => {
  const cost = (usage: Usage, model: string) => priced(usage, [model], prices).usage.cost_usd;
  // 600 × 3 + 400 × 0.3 + 100 × 15 micro-dollars.
  expect(cost(used(1000, 400, 100), "big")).toBe(0.00342);
  // Without a price of its own, cached input is input; half a micro-dollar is rounded up.
  expect(cost(used(30, 10, 0), "small")).toBe(0.000003);
  expect(cost(used(5, 0, 0), "small")).toBe(0.000001);
  expect(cost(used(4, 0, 0), "small")).toBe(0);
  // Far beyond what a double can count in picodollars.
  expect(cost(used(999_999_999_999, 0, 1), "big")).toBe(2_999_999.999997 + 0.000015);
});
