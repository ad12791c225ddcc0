import type { ScenarioInput } from "../scenario.ts";

const HEAD = `/** What a basket costs in whole cents: price times quantity, less a discount in percent. */
export function total(items, discountPercent = 0) {
  let cents = 0;
  for (const item of items) {
`;
const GUARD = `    if (!(item.quantity > 0)) {
      throw new RangeError(\`quantity must be positive, got \${item.quantity}\`);
    }
`;
const LOOP_END = `    cents += item.price * item.quantity;
  }
`;
const UNROUNDED = `  return cents - (cents * discountPercent) / 100;
}
`;
const ROUNDED = `  return Math.round(cents - (cents * discountPercent) / 100);
}
`;

const TESTS = `import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "../src/total.mjs";

test("an empty basket costs nothing", () => {
  assert.equal(total([]), 0);
});

test("every item counts as often as it was taken", () => {
  assert.equal(total([{ price: 250, quantity: 3 }, { price: 100, quantity: 1 }]), 850);
});

test("a discount is taken in percent and rounded to whole cents", () => {
  assert.equal(total([{ price: 333, quantity: 1 }], 10), 300);
});

test("a quantity that is not positive is refused", () => {
  assert.throws(() => total([{ price: 500, quantity: -1 }]), RangeError);
  assert.throws(() => total([{ price: 500 }]), RangeError);
});
`;

const used = (input_tokens: number, output_tokens: number) => ({ usage: { input_tokens, output_tokens } });

/**
 * The demo's script for `examples/demo`: the implementer first forgets to round, corrects that when validation
 * fails, and answers the reviewer's one finding with a guard and a test; the reviewer then approves.
 */
export const demoScenario: ScenarioInput = {
  name: "demo",
  model: "scripted-demo",
  steps: [
    {
      name: "review again",
      match: { role: "reviewer", prompt: 'name="findings"' },
      answers: [
        [
          used(3400, 90),
          {
            review_verdict: {
              verdict: "approved",
              summary: "Quantities are checked, the guard has a test, and totals are whole cents.",
              findings: [],
            },
          },
        ],
      ],
    },
    {
      name: "review",
      match: { role: "reviewer" },
      answers: [
        [{ read_file: { path: "src/total.mjs" } }, used(2900, 40)],
        [
          used(3200, 160),
          {
            review_verdict: {
              verdict: "changes_requested",
              summary: "The totals are right now, but a negative quantity is taken for a credit.",
              findings: [
                {
                  file: "src/total.mjs",
                  line: 5,
                  severity: "high",
                  title: "A negative quantity lowers the total",
                  scenario:
                    "total([{ price: 500, quantity: -1 }]) returns -500; the shop would pay the customer.",
                },
              ],
            },
          },
        ],
      ],
    },
    {
      name: "correct after validation",
      match: { role: "implementer", prompt: "^Validation: failed$" },
      answers: [
        [
          used(2300, 210),
          { say: "The discount test expects whole cents, and I return 299.7. I round the total." },
          { write_file: { path: "src/total.mjs", content: HEAD + LOOP_END + ROUNDED } },
        ],
        [used(2500, 30), { say: "The total is rounded to whole cents; `node --test` should pass now." }],
      ],
    },
    {
      name: "answer the review",
      match: { role: "implementer", prompt: "^Review: changes_requested$" },
      answers: [
        [
          used(2700, 320),
          { say: "The reviewer is right: a quantity must be positive. I refuse others and test it." },
          { write_file: { path: "src/total.mjs", content: HEAD + GUARD + LOOP_END + ROUNDED } },
          { write_file: { path: "test/total.test.mjs", content: TESTS } },
        ],
        [used(3100, 40), { say: "Quantities that are not positive now throw a RangeError, with a test." }],
      ],
    },
    {
      name: "implement",
      match: { role: "implementer" },
      answers: [
        [
          used(1800, 60),
          { say: "I read the function and its tests first." },
          { read_file: { path: "src/total.mjs" } },
          { read_file: { path: "test/total.test.mjs" } },
        ],
        [
          used(2200, 240),
          { say: "Two causes: the quantity is ignored, and the percentage is not divided by 100." },
          { write_file: { path: "src/total.mjs", content: HEAD + LOOP_END + UNROUNDED } },
        ],
        [used(2400, 40), { say: "The total now counts quantities and takes the discount in percent." }],
      ],
    },
  ],
};
