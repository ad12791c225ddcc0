import type { AgentItem } from "./port.ts";

/** Longest text of one field of an item in the log. */
const ITEM_FIELD_CAP = 16_384;

/** An item as the log keeps it: each field cut to a bounded size. */
export function boundedItem(item: AgentItem): AgentItem {
  const cut = <K extends "text" | "command" | "output">(name: K) =>
    item[name] === undefined ? {} : { [name]: shortened(item[name], ITEM_FIELD_CAP) };
  const input = item.input === undefined ? undefined : JSON.stringify(item.input);
  return {
    ...item,
    ...cut("text"),
    ...cut("command"),
    ...cut("output"),
    ...(input === undefined || input.length <= ITEM_FIELD_CAP
      ? {}
      : { input: { cut: true, characters: input.length } }),
  };
}

/** Head and tail of a text, with a mark where it was cut: a redactor looks for halves of secrets there. */
export function shortened(text: string, cap: number): string {
  if (text.length <= cap) return text;
  return `${text.slice(0, cap / 2)}\n[${text.length - cap} characters cut]\n${text.slice(-cap / 2)}`;
}
