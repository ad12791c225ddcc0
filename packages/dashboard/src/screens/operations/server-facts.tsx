import type { Result } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge, bytes, CopyText, duration, Panel, TerminalText, Time, visibleText } from "../../ui/index.ts";
import { Facts } from "./facts.tsx";

/** The server itself: what it is, who listens to it and who looks after it. */
export function ServerFacts({ status }: { readonly status: Result<"server/status"> }): ReactNode {
  const { events, clients, keep_awake } = status;
  return (
    <Panel
      title="Server"
      actions={
        status.draining ? (
          <Badge tone="review">draining: starts nothing new</Badge>
        ) : (
          <Badge tone="working">takes work</Badge>
        )
      }
    >
      <Facts
        facts={[
          ["Version", status.version],
          [
            "Up",
            <>
              {duration(status.uptime_ms)}, since <Time at={status.started_at} />
            </>,
          ],
          ["Process", String(status.pid)],
          ["Data", <CopyText key="data" text={status.data_dir} />],
          ["Database", `${status.database}, ${bytes(status.database_bytes)}`],
          ["Sandbox", visibleText(status.sandbox)],
          [
            "Event log",
            events.oldest_seq > events.head_seq
              ? `empty, head ${events.head_seq}`
              : `${events.oldest_seq} to ${events.head_seq}`,
          ],
          [
            "Listeners",
            `streams ${clients.streams}, sockets ${clients.sockets}, subscriptions ${clients.subscriptions}; events behind ${clients.lag}`,
          ],
          ["Memory", `${bytes(status.process.rss_bytes)}, heap ${bytes(status.process.heap_bytes)}`],
          [
            "Kept awake",
            `${keep_awake.state}${keep_awake.by === null ? "" : ` by ${keep_awake.by}`}${keep_awake.problem === null ? "" : `: ${visibleText(keep_awake.problem)}`}`,
          ],
        ]}
      />
      <Supervised status={status} />
    </Panel>
  );
}

const keepers = {
  harness: "harness up",
  systemd: "systemd",
  launchd: "launchd",
  command: "a command that serves as long as it lasts",
} as const;

/** Who starts it again after a crash, and how the last one went. */
function Supervised({ status: { supervision } }: { readonly status: Result<"server/status"> }): ReactNode {
  const { by, supervisor_pid, restarts, last_crash, log_file } = supervision;
  return (
    <section aria-label="Supervision" className="mt-3 border-t pt-3">
      <h3 className="mb-1 font-medium">Supervision</h3>
      <Facts
        facts={[
          [
            "Looked after by",
            by === null
              ? "nobody: after a crash somebody must start it again"
              : `${keepers[by]}${supervisor_pid === null ? "" : `, process ${supervisor_pid}`}`,
          ],
          ["Starts after a crash", String(restarts)],
          ...(log_file === null ? [] : [["Log", <CopyText key="log" text={log_file} />] as const]),
          [
            "Last crash",
            last_crash === null ? (
              "none"
            ) : (
              <>
                <Time at={last_crash.at} />, after {duration(last_crash.uptime_ms)}, by{" "}
                {last_crash.signal ?? `exit code ${last_crash.exit_code ?? "unknown"}`}
              </>
            ),
          ],
        ]}
      />
      {last_crash !== null && last_crash.lines.length > 0 && (
        <details className="mt-2">
          <summary className="text-muted">What it said last</summary>
          <TerminalText text={last_crash.lines.join("\n")} />
        </details>
      )}
    </section>
  );
}
