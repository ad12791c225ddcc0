import type { Result } from "@harness/protocol";
import type { ReactNode } from "react";
import { bytes, Table, Time, visibleText } from "../../ui/index.ts";

/** Things that can be made again or are past their time. */
export function Spares({ spares }: { readonly spares: Result<"disk/get">["next"] }): ReactNode {
  if (spares.length === 0) return <p className="text-muted">Nothing can be spared.</p>;
  return (
    <Table caption="What can be spared" head={["What", "Kind", "Size", "Last used"]}>
      {spares.map(({ kind, name, bytes: n, used_at }) => (
        <tr key={`${kind} ${name}`}>
          <td className="min-w-32 break-all">{visibleText(name)}</td>
          <td>{kind}</td>
          <td className="whitespace-nowrap">{bytes(n)}</td>
          <td className="whitespace-nowrap">
            <Time at={used_at} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
