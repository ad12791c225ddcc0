import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import { Loaded, Screen } from "../../ui/index.ts";
import { DoctorChecks } from "../../work/index.ts";
import { AccountTable } from "./account-table.tsx";
import { DiskPanel } from "./disk-panel.tsx";
import { HeldTasks } from "./held-tasks.tsx";
import { QueueDepths } from "./queue-depths.tsx";
import { RunningTasks } from "./running-tasks.tsx";
import { ServerFacts } from "./server-facts.tsx";
import { ServerFigures } from "./server-figures.tsx";
import { Trends } from "./trends.tsx";

/** How often the figures of the process are read: no event tells of them. */
const EVERY_MS = 5_000;

/** How the server does: its work, its accounts, its disk and itself. */
export function OperationsScreen(): ReactNode {
  const status = useRead("server/status", {}, { everyMs: EVERY_MS });
  return (
    <Screen title="Operations">
      <Loaded read={status} what="the state of the server">
        {(now) => <ServerFigures status={now} />}
      </Loaded>
      <RunningTasks everyMs={EVERY_MS} />
      <HeldTasks />
      <Trends />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <AccountTable />
        <QueueDepths />
        <DiskPanel />
        {status.data && <ServerFacts status={status.data} />}
      </div>
      <DoctorChecks title="Doctor" asked={false} />
    </Screen>
  );
}
