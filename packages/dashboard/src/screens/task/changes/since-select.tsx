import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Select } from "../../../ui/index.ts";

interface SinceProps {
  readonly task: TaskDetail;
  readonly since: string;
  readonly onSince: (since: string) => void;
}

/** From which point of the work on the change is shown. */
export function SinceSelect({ task, since, onSince }: SinceProps): ReactNode {
  const snapshots = snapshotsOf(task);
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden className="text-muted">
        Since
      </span>
      <Select
        aria-label="Since"
        className="max-w-56"
        value={since}
        onChange={(event) => onSince(event.target.value)}
      >
        <option value="base">the base ({task.base_branch})</option>
        <option value="turn">the last turn</option>
        <option value="review">the last review</option>
        {snapshots.map(({ commit, name }) => (
          <option key={commit} value={commit}>
            {name}
          </option>
        ))}
        {!["base", "turn", "review"].includes(since) && !snapshots.some(({ commit }) => commit === since) && (
          <option value={since}>{since.slice(0, 12)}</option>
        )}
      </Select>
    </div>
  );
}

function snapshotsOf({ turns, head_sha, base_sha }: TaskDetail): { commit: string; name: string }[] {
  const seen = new Set([head_sha, base_sha]);
  return turns.flatMap(({ commit, role, round }, index) => {
    if (commit === null || seen.has(commit)) return [];
    seen.add(commit);
    return [{ commit, name: `turn ${index + 1} (${role}, round ${round}, ${commit.slice(0, 7)})` }];
  });
}
