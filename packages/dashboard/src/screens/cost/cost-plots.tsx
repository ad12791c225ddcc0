import type { CostSum } from "@harness/protocol";
import { type ReactNode, useMemo } from "react";
import { useRead } from "../../live/index.ts";
import { count, Empty, Figure, Loaded, money, Panel, Plot, type PlotSeries } from "../../ui/index.ts";
import { nightName, totalOf } from "./cost-words.ts";
import { KnownCost } from "./known-cost.tsx";

/** The sum of the span, and how it came about night by night. */
export function CostPlots({
  since,
  span,
}: {
  readonly since: { readonly since?: string };
  readonly span: string;
}): ReactNode {
  const read = useRead("cost/sum", { by: "day", ...since, limit: 500 }, { keep: true });
  return (
    <Loaded read={read} what="the cost by night">
      {({ data }) => <Nights sums={data} span={span} />}
    </Loaded>
  );
}

function Nights({ sums, span }: { readonly sums: readonly CostSum[]; readonly span: string }): ReactNode {
  const total = totalOf(sums);
  const { labels, names, cost, tokens } = useMemo(() => plotted(sums), [sums]);
  if (sums.length === 0)
    return (
      <Empty title="Nothing was used in this time">
        <p>Each turn of an agent is a line of the ledger. Choose a longer time above.</p>
      </Empty>
    );
  return (
    <>
      <section aria-label={`In all: ${span}`} className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure name="Cost">
          <KnownCost of={total} />
        </Figure>
        <Figure name="Turns">{count(total.turns)}</Figure>
        <Figure name="Input tokens" hint={`${total.cached_tokens} of them read from a cache`}>
          {count(total.input_tokens)}
          <span className="block text-sm font-normal text-muted">
            {count(total.cached_tokens)} from a cache
          </span>
        </Figure>
        <Figure name="Output tokens">{count(total.output_tokens)}</Figure>
      </section>
      <Panel title="Night by night">
        <div className="grid gap-x-6 gap-y-5 lg:grid-cols-2">
          <Plot
            title="Cost of a night"
            summary={
              total.cost_usd === null
                ? `${total.cost_known_usd === 0 ? "No cost is known" : `${money(total.cost_known_usd)} are known`}; ${total.unknown_turns} of ${total.turns} turns have no known cost and are not in it.`
                : `${money(total.cost_usd)} in ${sums.length} ${sums.length === 1 ? "night" : "nights"} with work.`
            }
            of="Night"
            {...{ labels, names }}
            series={cost}
            kind="bars"
            unit="money"
            blank="–"
          />
          <Plot
            title="Tokens of a night"
            summary={`${count(total.input_tokens)} in, ${count(total.output_tokens)} out.`}
            of="Night"
            {...{ labels, names }}
            series={tokens}
            kind="bars"
            unit="count"
          />
        </div>
      </Panel>
    </>
  );
}

interface Plotted {
  readonly labels: readonly string[];
  readonly names: readonly string[];
  readonly cost: readonly PlotSeries[];
  readonly tokens: readonly PlotSeries[];
}

/** Nights in the order of time; what is known of a night that is not known whole is drawn as less than it. */
function plotted(sums: readonly CostSum[]): Plotted {
  const nights = sums
    .filter(({ key }) => key !== null)
    .sort((a, b) => (a.key ?? "").localeCompare(b.key ?? ""));
  const names = nights.map(({ key }) => nightName(key ?? ""));
  const column = (name: "input_tokens" | "output_tokens") => nights.map((night) => night[name]);
  return {
    names,
    labels: names.map((name) => name.replace(/ \d{4}$/, "")),
    cost: [
      {
        name: "Known whole",
        colour: "accent",
        mark: "solid",
        values: nights.map(({ cost_usd }) => cost_usd),
        blanks: nights.map(({ cost_usd }) => (cost_usd === null ? "unknown" : "–")),
      },
      {
        name: "Known part, the night cost more",
        colour: "accent",
        mark: "hollow",
        values: nights.map(({ cost_usd, cost_known_usd }) =>
          cost_usd === null && cost_known_usd > 0 ? cost_known_usd : null,
        ),
      },
    ],
    tokens: [
      { name: "Input", colour: "review", mark: "solid", values: column("input_tokens") },
      { name: "Output", colour: "accent", mark: "striped", values: column("output_tokens") },
    ],
  };
}
