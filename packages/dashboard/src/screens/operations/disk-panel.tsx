import type { Result } from "@harness/protocol";
import type { ReactNode } from "react";
import { useState } from "react";
import { useRead } from "../../live/index.ts";
import { Badge, Button, bytes, Loaded, Panel, Table, Time, visibleText } from "../../ui/index.ts";
import { CleanDialog } from "./clean-dialog.tsx";
import { Facts } from "./facts.tsx";
import { Spares } from "./spares.tsx";

/** What Harness takes of the disk, what is free, and what would go next. */
export function DiskPanel(): ReactNode {
  const read = useRead("disk/get", {});
  const [cleaning, setCleaning] = useState(false);
  return (
    <Panel title="Disk" actions={<Button onClick={() => setCleaning(true)}>Clean …</Button>}>
      <Loaded read={read} what="the disk">
        {(disk) => <Disk disk={disk} />}
      </Loaded>
      {cleaning && <CleanDialog onClose={() => setCleaning(false)} />}
    </Panel>
  );
}

const size = (n: number | null) => (n === null ? "unknown" : bytes(n));

function Disk({
  disk: { disk, parts, mirrors, kept, next, measured_at },
}: {
  readonly disk: Result<"disk/get">;
}) {
  const known = parts.reduce((sum, part) => sum + (part.bytes ?? 0), 0);
  return (
    <div className="flex flex-col gap-3">
      <Facts
        facts={[
          ["Free", `${size(disk.free_bytes)}, at least ${bytes(disk.min_free_bytes)} stay free`],
          ["Reserve", disk.reserve],
          ["Kept", `${bytes(kept.bytes)} of at most ${bytes(kept.max_bytes)}, for ${kept.keep_days} days`],
          ["Measured", <Time key="measured" at={measured_at} />],
        ]}
      />
      {disk.shortage !== null && (
        <p>
          <Badge tone="broken">no room</Badge> {visibleText(disk.shortage)}
          {disk.full_since !== null && (
            <>
              {" "}
              Since <Time at={disk.full_since} />.
            </>
          )}
        </p>
      )}
      <Table caption="Parts of the disk" head={["Part", "Size", "Share"]}>
        {parts.map(({ part, bytes: n }) => (
          <tr key={part}>
            <td>{visibleText(part)}</td>
            <td className="whitespace-nowrap">{size(n)}</td>
            <td className="w-1/3">
              <span aria-hidden className="mt-1.5 block h-2 overflow-hidden rounded bg-sunken">
                <span
                  className="block h-full bg-accent"
                  style={{ width: `${known === 0 ? 0 : ((n ?? 0) / known) * 100}%` }}
                />
              </span>
            </td>
          </tr>
        ))}
      </Table>
      {mirrors.length > 0 && (
        <Table caption="Mirrors of repositories" head={["Mirror of", "Size"]}>
          {mirrors.map(({ project_id, project, bytes: n }) => (
            <tr key={project_id}>
              <td>{visibleText(project ?? project_id)}</td>
              <td className="whitespace-nowrap">{size(n)}</td>
            </tr>
          ))}
        </Table>
      )}
      <h3 className="font-medium">What would be deleted next</h3>
      <Spares spares={next} />
    </div>
  );
}
