import assert from "node:assert/strict";
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
