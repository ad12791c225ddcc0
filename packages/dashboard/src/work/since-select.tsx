import type { ReactNode } from "react";
import { Select } from "../ui/index.ts";

interface SinceSelectProps {
  /** The points there are to choose from: the word of the address, and its name. */
  readonly points: readonly (readonly [since: string, name: string])[];
  readonly since: string;
  readonly onSince: (since: string) => void;
}

/** From which point of the work on a change is shown; one that only the address names can stay chosen. */
export function SinceSelect({ points, since, onSince }: SinceSelectProps): ReactNode {
  const known = points.some(([word]) => word === since);
  const shown = known ? points : [...points, [since, since.slice(0, 12)] as const];
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
        {shown.map(([word, name]) => (
          <option key={word} value={word}>
            {name}
          </option>
        ))}
      </Select>
    </div>
  );
}
