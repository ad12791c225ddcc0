import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAct, useRead } from "../../live/index.ts";
import {
  Badge,
  Button,
  CopyText,
  Empty,
  Loaded,
  Markdown,
  Panel,
  Problem,
  Screen,
  Time,
} from "../../ui/index.ts";

const route = getRouteApi("/ui/reports");

/** The reports of what happened: one is made each morning, and whenever a person asks. */
export function ReportsScreen(): ReactNode {
  const { id } = route.useSearch();
  const navigate = route.useNavigate();
  const make = useAct("report/create");
  const list = useRead("report/list", { limit: 100 });
  const open = (report_id: string) => void navigate({ search: { id: report_id } });
  return (
    <Screen
      title="Reports"
      actions={
        <Button
          look="primary"
          busy={make.isPending}
          onClick={() => make.mutate({}, { onSuccess: (report) => open(report.id) })}
        >
          Make one now
        </Button>
      }
    >
      {make.error && <Problem error={make.error} />}
      <Loaded read={list} what="the reports">
        {({ data, page }) => {
          const shown = id ?? data[0]?.id;
          if (shown === undefined)
            return (
              <Empty title="No report yet">
                <p>A report tells what finished, what needs you, what failed and what it cost.</p>
              </Empty>
            );
          return (
            <div className="grid items-start gap-4 lg:grid-cols-[14rem_1fr]">
              <nav
                aria-label="Reports"
                className="max-h-48 overflow-y-auto rounded-lg border bg-raised lg:max-h-[80dvh]"
              >
                <ul className="flex flex-col divide-y">
                  {data.map((report) => (
                    <li key={report.id}>
                      <button
                        type="button"
                        aria-current={report.id === shown}
                        onClick={() => open(report.id)}
                        className="flex w-full flex-wrap items-center justify-between gap-1 px-3 py-2 text-left hover:bg-hover aria-[current=true]:bg-hover aria-[current=true]:font-medium"
                      >
                        <Time at={report.created_at} />
                        <Badge>{report.automatic ? "by the clock" : "asked for"}</Badge>
                      </button>
                    </li>
                  ))}
                </ul>
                {page.has_more && <p className="p-2 text-muted">The newest 100.</p>}
              </nav>
              <ReportPage report_id={shown} />
            </div>
          );
        }}
      </Loaded>
    </Screen>
  );
}

function ReportPage({ report_id }: { readonly report_id: string }): ReactNode {
  const read = useRead("report/get", { report_id }, { keep: true });
  return (
    <Loaded read={read} what="the report">
      {(report) => (
        <Panel title="Report" actions={<CopyText text={report.id} shown={report.id.slice(0, 12)} />}>
          <h3 className="pb-2 text-muted">
            From {new Date(report.since).toLocaleString()} to {new Date(report.until).toLocaleString()}
          </h3>
          <Markdown text={report.markdown} />
        </Panel>
      )}
    </Loaded>
  );
}
