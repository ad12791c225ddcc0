import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import { Empty, Loaded, Panel, Table, visibleText } from "../../ui/index.ts";

/** How much runs and waits, by project. */
export function QueueDepths(): ReactNode {
  const read = useRead("project/queue_stats", {});
  const names = new Map(
    useRead("project/list", { limit: 500 }).data?.data.map(({ id, name }) => [id, name]) ?? [],
  );
  return (
    <Panel title="Queue by project">
      <Loaded read={read} what="the queues">
        {({ global, projects }) => {
          const rows = Object.entries(projects).sort(([, a], [, b]) => b.queued - a.queued);
          return rows.length === 0 ? (
            <Empty title="There is no project yet" />
          ) : (
            <Table caption="Queue by project" head={["Project", "Running", "Queued", "At most at once"]}>
              <tr className="font-medium">
                <td>All</td>
                <td>{global.running}</td>
                <td>{global.queued}</td>
                <td>{global.limit}</td>
              </tr>
              {rows.map(([id, { running, queued, limit }]) => (
                <tr key={id}>
                  <td>
                    <Link to="/ui/queue" search={{ project: id }} className="hover:underline">
                      {visibleText(names.get(id) ?? id)}
                    </Link>
                  </td>
                  <td>{running}</td>
                  <td>{queued}</td>
                  <td>{limit}</td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Loaded>
    </Panel>
  );
}
