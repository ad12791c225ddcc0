import { type ReactNode, useState } from "react";
import { Help } from "../../commands/index.ts";
import { useRead } from "../../live/index.ts";
import { Button, CopyText, Loaded, Panel, Time } from "../../ui/index.ts";

/** What this server is, and the keys of the page. */
export function About(): ReactNode {
  const read = useRead("server/status", {});
  const [keys, setKeys] = useState(false);
  return (
    <Panel title="About" actions={<Button onClick={() => setKeys(true)}>Show the keys</Button>}>
      <Loaded read={read} what="what the server is">
        {(status) => (
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 [&_dd]:min-w-0 [&_dt]:text-muted">
            <dt>Harness</dt>
            <dd>version {status.version}</dd>
            <dt>Data</dt>
            <dd>
              <CopyText text={status.data_dir} />
            </dd>
            <dt>Database</dt>
            <dd>{status.database}</dd>
            <dt>Sandbox</dt>
            <dd>{status.sandbox}</dd>
            <dt>Runs since</dt>
            <dd>
              <Time at={status.started_at} />
            </dd>
          </dl>
        )}
      </Loaded>
      {keys && <Help onClose={() => setKeys(false)} />}
    </Panel>
  );
}
