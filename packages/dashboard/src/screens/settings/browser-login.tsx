import type { ReactNode } from "react";
import { useAct } from "../../live/index.ts";
import { Button, CopyText, Panel, Problem, Time } from "../../ui/index.ts";

/** An address that logs another browser in, once. */
export function BrowserLogin(): ReactNode {
  const make = useAct("auth/login_code");
  return (
    <Panel title="Another browser">
      <p>
        An address that logs one browser in: it works once and for two minutes. Whoever opens it may do all
        you may.
      </p>
      {make.error !== null && <Problem error={make.error} />}
      {make.data && (
        <p role="status" className="mt-2 rounded border bg-page p-2">
          <CopyText text={make.data.url} />
          <span className="block text-sm text-muted">
            Ends <Time at={make.data.expires_at} />
          </span>
        </p>
      )}
      <Button className="mt-2" busy={make.isPending} onClick={() => make.mutate({})}>
        Make a login address
      </Button>
    </Panel>
  );
}
