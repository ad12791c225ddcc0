export { detectFormat } from "./detect-format.ts";
export type { ListItem, ReadList } from "./item.ts";
export { readList } from "./read-list.ts";
export { type StartPlan, startOrder } from "./start-order.ts";
