import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/index.ts";
import type { Looks } from "../use-looks.ts";

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
