/** What a basket costs in whole cents: price times quantity, less a discount in percent. */
export function total(items, discountPercent = 0) {
  let cents = 0;
  for (const item of items) {
    cents += item.price;
  }
  return cents - cents * discountPercent;
}
