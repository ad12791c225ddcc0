import type { TaskDetail } from "@harness/protocol";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Select } from "../../../ui/index.ts";
import type { Looks } from "./use-looks.ts";

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

interface LookButtonsProps {
  readonly looks: Looks;
  readonly onLooks: (change: Partial<Looks>) => void;
  /** False where there is no room for two columns. */
  readonly canSplit: boolean;
  readonly onFold: (folded: boolean) => void;
}

/** How the change is looked at. */
export function LookButtons({ looks, onLooks, canSplit, onFold }: LookButtonsProps): ReactNode {
  const toggles = [
    ["Words", "words", "Mark the words that changed in a line"],
    ["Wrap", "wrap", "Break long lines"],
    ["Changed only", "foldContext", "Put unchanged lines away"],
    ["Ignore white space", "ignoreWhitespace", "Lines that differ in white space only are no change"],
  ] as const;
  return (
    <div className="flex flex-wrap items-center gap-1">
      {canSplit && (
        <Toggle
          on={looks.split}
          title="Before and after beside each other"
          onPress={() => onLooks({ split: !looks.split })}
        >
          Split
        </Toggle>
      )}
      {toggles.map(([name, key, title]) => (
        <Toggle key={key} on={looks[key]} title={title} onPress={() => onLooks({ [key]: !looks[key] })}>
          {name}
        </Toggle>
      ))}
      <Button look="quiet" onClick={() => onFold(true)}>
        Fold files
      </Button>
      <Button look="quiet" onClick={() => onFold(false)}>
        Unfold files
      </Button>
    </div>
  );
}

interface ToggleProps {
  readonly on: boolean;
  readonly title: string;
  readonly onPress: () => void;
  readonly children: string;
}

function Toggle({ on, title, onPress, children }: ToggleProps): ReactNode {
  return (
    <Button
      aria-pressed={on}
      title={title}
      onClick={onPress}
      className={on ? "border-accent text-accent" : "text-muted"}
    >
      {on && <Check size={12} aria-hidden />}
      {children}
    </Button>
  );
}
