import { costGroups } from "@harness/protocol";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import { Loaded, Screen, Select } from "../../ui/index.ts";
import { BudgetList } from "./budget-list.tsx";
import { CostPlots } from "./cost-plots.tsx";
import { CostTable } from "./cost-table.tsx";
import { type CostWords, chosen, sinceOf, spans } from "./cost-words.ts";
import { NewestTurns } from "./newest-turns.tsx";

const route = getRouteApi("/ui/cost");

/** What was spent, on what, and what may be. */
export function CostScreen(): ReactNode {
  const words = route.useSearch();
  const navigate = route.useNavigate();
  const { by, days } = chosen(words);
  const night = useRead("budget/get", {});
  const choose = (more: CostWords) => void navigate({ search: { ...words, ...more }, replace: true });
  return (
    <Screen
      title="Cost"
      actions={
        <>
          <Select
            aria-label="Added up by"
            value={by}
            onChange={(event) => choose({ by: event.target.value })}
          >
            {costGroups.map((group) => (
              <option key={group} value={group}>
                by {group}
              </option>
            ))}
          </Select>
          <Select aria-label="Since" value={days} onChange={(event) => choose({ days: event.target.value })}>
            {Object.entries(spans).map(([span, title]) => (
              <option key={span} value={span}>
                {title}
              </option>
            ))}
          </Select>
        </>
      }
    >
      <Loaded read={night} what="the night">
        {({ begins_at }) => {
          const since = sinceOf(begins_at, days);
          return (
            <>
              <CostPlots since={since} span={spans[days]} />
              <CostTable by={by} since={since} />
              <BudgetList />
              <NewestTurns since={since} />
            </>
          );
        }}
      </Loaded>
    </Screen>
  );
}
