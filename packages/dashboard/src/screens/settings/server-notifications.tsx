import type { Notification, Result } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useAct, useRead } from "../../live/index.ts";
import {
  Badge,
  Button,
  Empty,
  Loaded,
  Panel,
  Problem,
  Time,
  type Tone,
  visibleText,
} from "../../ui/index.ts";

/** Notifications shown; the others are in the command line. */
const NEWEST = 20;
const tones: Readonly<Record<Notification["state"], Tone>> = {
  pending: "plain",
  sent: "working",
  failed: "broken",
  dropped: "done",
};

/** What the server told over its channels, whether that works, and a test of it. */
export function ServerNotifications(): ReactNode {
  const read = useRead("notification/list", { limit: NEWEST });
  const test = useAct("notification/test");
  const channels = useMemo(
    () => [...new Set(read.data?.data.map(({ channel }) => channel) ?? [])],
    [read.data],
  );
  return (
    <Panel
      title="Notifications of the server"
      actions={
        <Button busy={test.isPending} onClick={() => test.mutate({})}>
          Send a test over all channels
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        {test.error !== null && <Problem error={test.error} />}
        {test.data && <TestResults results={test.data.results} />}
        {channels.length > 0 && (
          <p className="flex flex-wrap items-center gap-2">
            Channels:
            {channels.map((channel) => (
              <Button key={channel} busy={test.isPending} onClick={() => test.mutate({ channel })}>
                Test {visibleText(channel)}
              </Button>
            ))}
          </p>
        )}
        <Loaded read={read} what="what was told">
          {({ data }) =>
            data.length === 0 ? (
              <Empty title="Nothing was told yet">
                <p>
                  Channels such as ntfy, a webhook or a command are named in [notify] of the configuration.
                </p>
              </Empty>
            ) : (
              <ul className="flex flex-col divide-y">
                {data.map((one) => (
                  <Told key={one.id} one={one} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </Panel>
  );
}

function TestResults({ results }: { readonly results: Result<"notification/test">["results"] }): ReactNode {
  if (results.length === 0)
    return <p role="status">There is no channel. Name one in [notify] of the configuration.</p>;
  return (
    <ul role="status" aria-label="Results of the test" className="flex flex-col gap-1">
      {results.map(({ channel, ok, error }) => (
        <li key={channel} className="break-words">
          <Badge tone={ok ? "working" : "broken"}>{ok ? "arrived" : "failed"}</Badge> {visibleText(channel)}
          {error !== null && <span className="text-muted"> {visibleText(error)}</span>}
        </li>
      ))}
    </ul>
  );
}

function Told({ one }: { readonly one: Notification }): ReactNode {
  return (
    <li className="flex flex-col gap-0.5 py-1.5">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={tones[one.state]}>{one.state}</Badge>
        {one.task_id === null ? (
          <span className="min-w-0 break-words">{visibleText(one.title)}</span>
        ) : (
          <Link
            to="/ui/tasks/$taskId"
            params={{ taskId: one.task_id }}
            className="min-w-0 break-words hover:underline"
          >
            {visibleText(one.title)}
          </Link>
        )}
        <span className="ml-auto text-sm text-muted">
          {visibleText(one.channel)} · <Time at={one.sent_at ?? one.created_at} />
        </span>
      </span>
      {one.error !== null && (
        <span className="text-sm break-words text-broken">
          {one.tries} {one.tries === 1 ? "try" : "tries"}: {visibleText(one.error)}
        </span>
      )}
    </li>
  );
}
