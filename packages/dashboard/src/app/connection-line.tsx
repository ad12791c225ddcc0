import type { ReactNode } from "react";
import { useFeedState } from "../live/index.ts";
import { Dot, Elapsed, Time } from "../ui/index.ts";

/** Whether what is on the screen is live, and if not since when: never a standstill without its age. */
export function ConnectionLine(): ReactNode {
  const { connection, since, lastEventAt } = useFeedState();
  const began = new Date(since).toISOString();
  return (
    <p role="status" aria-live="polite" className="mt-auto flex flex-col px-2 py-1 text-xs text-muted">
      <span className="flex items-center gap-1.5 font-medium">
        <Dot tone={connection === "open" ? "working" : connection === "lost" ? "broken" : "plain"} />
        {connection === "open" && "Live"}
        {connection === "connecting" && (
          <span>
            Connecting … <Elapsed from={began} to={null} />
          </span>
        )}
        {connection === "lost" && (
          <span className="text-broken">
            Disconnected for <Elapsed from={began} to={null} />, reconnecting
          </span>
        )}
      </span>
      <span aria-live="off">
        {lastEventAt === null ? (
          "No event yet"
        ) : (
          <>
            Last event <Time at={lastEventAt} />
          </>
        )}
      </span>
    </p>
  );
}
