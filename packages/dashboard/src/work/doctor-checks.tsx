import type { Result } from "@harness/protocol";
import type { UseQueryResult } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useRead } from "../live/index.ts";
import { Button, Loaded, Panel, Time, visibleText } from "../ui/index.ts";

/** What Harness needs on this machine, each tried for real, and how to mend what fails. */
export function DoctorChecks({
  title,
  asked = true,
}: {
  readonly title: string;
  /** False: nothing is tried until a person says so. */
  readonly asked?: boolean;
}): ReactNode {
  const [looking, setLooking] = useState(asked);
  const doctor = useRead("server/doctor", {}, { enabled: looking });
  return (
    <Panel
      title={title}
      actions={
        <Button busy={doctor.isFetching} onClick={() => (looking ? void doctor.refetch() : setLooking(true))}>
          {looking ? "Look again" : "Look now"}
        </Button>
      }
    >
      {looking ? (
        <Checks doctor={doctor} />
      ) : (
        <p className="text-muted">
          Agents, sandbox, git, disk and storage are each tried for real, which takes a few seconds.
        </p>
      )}
    </Panel>
  );
}

function Checks({ doctor }: { readonly doctor: UseQueryResult<Result<"server/doctor">> }): ReactNode {
  return (
    <Loaded read={doctor} what="the state of this machine">
      {({ ok, checks }) => (
        <>
          <p role="status" className="mb-2">
            {ok ? "Nothing: everything Harness needs works here." : "Something does not work yet."}{" "}
            <span className="text-muted">
              Looked <Time at={doctor.dataUpdatedAt} />
            </span>
          </p>
          <ul className="flex flex-col divide-y">
            {[...checks]
              .sort((a, b) => Number(a.ok) - Number(b.ok))
              .map(({ name, ok: fine, detail, fix }) => (
                <li key={name} className="flex gap-2 py-1.5">
                  {fine ? (
                    <Check size={15} aria-hidden className="mt-0.5 shrink-0 text-working" />
                  ) : (
                    <X size={15} aria-hidden className="mt-0.5 shrink-0 text-broken" />
                  )}
                  <div className="min-w-0 break-words">
                    <span className="font-medium">{visibleText(name)}</span>{" "}
                    <span className={fine ? "text-muted" : "text-broken"}>
                      {fine ? "works" : "does not work"}
                    </span>
                    <p className="text-sm text-muted">{visibleText(detail)}</p>
                    {fix !== null && <p className="text-sm">{visibleText(fix)}</p>}
                  </div>
                </li>
              ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}
