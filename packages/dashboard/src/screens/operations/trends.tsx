import type { DayStats } from "@harness/protocol";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useRead } from "../../live/index.ts";
import { Loaded, Panel, Plot, Select, visibleText } from "../../ui/index.ts";
import { dayName, dayPlots } from "./day-plots.ts";

const route = getRouteApi("/ui/operations");

/** How many days back the plots go. */
const spans = [7, 14, 30, 90] as const;

/** What happened day by day, for all projects or one. */
export function Trends(): ReactNode {
  const words = route.useSearch();
  const navigate = route.useNavigate();
  const projects = useRead("project/list", { limit: 500 }).data?.data ?? [];
  const days = spans.find((span) => String(span) === words.days) ?? 14;
  const { project } = words;
  const read = useRead(
    "stats/series",
    { days, ...(project === undefined ? {} : { project_id: [project] }) },
    { keep: true },
  );
  const choose = (more: typeof words) => void navigate({ search: { ...words, ...more }, replace: true });
  return (
    <Panel
      title="Day by day"
      actions={
        <div className="flex flex-wrap gap-2">
          <Select
            aria-label="Project"
            value={project ?? ""}
            onChange={(event) => choose({ project: event.target.value || undefined })}
          >
            <option value="">All projects</option>
            {projects.map(({ id, name }) => (
              <option key={id} value={id}>
                {visibleText(name)}
              </option>
            ))}
          </Select>
          <Select aria-label="Days" value={days} onChange={(event) => choose({ days: event.target.value })}>
            {spans.map((span) => (
              <option key={span} value={span}>
                {span} days
              </option>
            ))}
          </Select>
        </div>
      }
    >
      <Loaded read={read} what="what happened day by day">
        {({ days: series, timezone }) => <Plots days={series} timezone={timezone} />}
      </Loaded>
    </Panel>
  );
}

function Plots({
  days,
  timezone,
}: {
  readonly days: readonly DayStats[];
  readonly timezone: string;
}): ReactNode {
  const plots = useMemo(() => dayPlots(days), [days]);
  const labels = useMemo(() => days.map(({ day }) => dayName(day)), [days]);
  const names = useMemo(() => days.map(({ day }) => dayName(day, true)), [days]);
  return (
    <>
      <div className="grid gap-x-6 gap-y-5 md:grid-cols-2 xl:grid-cols-3">
        {plots.map((plot) => (
          <Plot key={plot.title} of="Day" labels={labels} names={names} {...plot} />
        ))}
      </div>
      <p className="pt-3 text-sm text-muted">
        Days from midnight to midnight in {visibleText(timezone)}; today is not over.
      </p>
    </>
  );
}
