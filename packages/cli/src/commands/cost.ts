import { type CommandDefinition, operationCommand } from "../command.ts";
import { neutralLine } from "../terminal/neutral.ts";
import { duration, stamp } from "../terminal/words.ts";

const money = (usd: number | null) => (usd === null ? "unknown" : `$${usd.toFixed(6)}`);
const whole = (count: number | null) => (count === null ? "unknown" : count.toLocaleString("en-US"));

const sum = operationCommand("cost/sum", {
  notes:
    "Every turn of tasks and conversations counts. An unknown cost is not added up as 0: what is known of it is shown beside.",
  show({ data, page }, { out }) {
    out.table(data, [
      { head: "of", cell: ({ name }) => neutralLine(name ?? "(none)") },
      { head: "cost", cell: ({ cost_usd }) => money(cost_usd) },
      {
        head: "known",
        cell: ({ cost_usd, cost_known_usd }) => (cost_usd === null ? money(cost_known_usd) : ""),
      },
      { head: "input", cell: ({ input_tokens }) => whole(input_tokens) },
      { head: "cached", cell: ({ cached_tokens }) => whole(cached_tokens) },
      { head: "output", cell: ({ output_tokens }) => whole(output_tokens) },
      { head: "turns", cell: ({ turns }) => whole(turns) },
      { head: "time", cell: ({ wall_ms }) => duration(wall_ms) },
    ]);
    if (page.next_cursor !== null && out.isTerminal)
      out.line(out.paint("dim", `more: --cursor ${page.next_cursor}`));
    return undefined;
  },
});

const list = operationCommand("cost/list", {
  show({ data, page }, { out }) {
    const time = (at: string) => (out.isTerminal ? stamp(at) : at);
    out.table(data, [
      { head: "began", cell: ({ started_at }) => time(started_at) },
      { head: "of", cell: ({ task_id, thread_id }) => task_id ?? thread_id },
      { head: "agent", cell: ({ agent }) => neutralLine(agent) },
      { head: "model", cell: ({ model }) => neutralLine(model ?? "") },
      { head: "stage", cell: ({ stage, role }) => stage ?? role },
      { head: "input", cell: ({ input_tokens }) => whole(input_tokens) },
      { head: "output", cell: ({ output_tokens }) => whole(output_tokens) },
      { head: "cost", cell: ({ cost_usd, cut_short }) => `${money(cost_usd)}${cut_short ? "+" : ""}` },
      { head: "says", cell: ({ cost_source }) => cost_source ?? "nobody" },
    ]);
    if (page.next_cursor !== null && out.isTerminal)
      out.line(out.paint("dim", `more: harness costs --cursor ${page.next_cursor}`));
    return undefined;
  },
});

/** The commands that show the ledger. */
export const costCommands: readonly CommandDefinition[] = [sum, list];
