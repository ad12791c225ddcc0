import type { Result } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead, useTasks } from "../../live/index.ts";
import { bytes, count, Figure } from "../../ui/index.ts";
import { isRunning } from "../../work/index.ts";

/** The figures a person looks at first. */
export function ServerFigures({ status }: { readonly status: Result<"server/status"> }): ReactNode {
  const { running, queued, limit, clients, process, database_bytes, events } = status;
  const tokens = useTasks()
    .filter(isRunning)
    .reduce((sum, { usage }) => sum + usage.total_tokens, 0);
  const problems = useRead("problem/list", { limit: 500 });
  const p99 = process.event_loop_p99_ms;
  return (
    <section
      aria-label="At a glance"
      className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-8"
    >
      <Figure name="Running" hint="Attempts that run, of as many as may">
        {running} <span className="text-base font-normal text-muted">of {limit}</span>
      </Figure>
      <Figure name="Queued">{count(queued)}</Figure>
      <Figure name="Problems">
        <Link to="/ui/problems" className="underline decoration-line hover:decoration-ink">
          {problems.data === undefined
            ? "…"
            : `${problems.data.data.length}${problems.data.page.has_more ? "+" : ""}`}
        </Link>
      </Figure>
      <Figure name="Tokens of what runs">{count(tokens)}</Figure>
      <Figure name="Events behind" hint="How far the slowest reader of the log is behind its head">
        {count(clients.lag)}
      </Figure>
      <Figure name="Event loop p99" hint="How late the process came to what was due, 99 times of 100">
        {p99 === null ? "not yet known" : `${p99.toFixed(p99 < 10 ? 1 : 0)} ms`}
      </Figure>
      <Figure name="Memory" hint={`Heap: ${bytes(process.heap_bytes)}`}>
        {bytes(process.rss_bytes)}
      </Figure>
      <Figure name="Database" hint={`${events.head_seq} events`}>
        {bytes(database_bytes)}
      </Figure>
    </section>
  );
}
