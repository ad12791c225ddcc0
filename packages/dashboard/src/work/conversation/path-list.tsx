import type { ReactNode } from "react";
import { visibleText } from "../../ui/index.ts";

/** The files a mention may mean. */
export function PathList({
  id,
  paths,
  chosen,
  onChoose,
}: {
  readonly id: string;
  readonly paths: readonly string[];
  readonly chosen: number;
  readonly onChoose: (path: string) => void;
}): ReactNode {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Files of the project"
      className="absolute bottom-full left-0 z-20 mb-1 max-h-60 w-full max-w-xl overflow-y-auto rounded border bg-raised p-1 shadow-lg"
    >
      {paths.map((path, index) => (
        <button
          type="button"
          key={path}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          tabIndex={-1}
          // The caret stays in the text.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(path)}
          className={`block w-full truncate rounded px-2 py-1 text-left font-mono text-sm pointer-coarse:min-h-11 ${index === chosen ? "bg-hover" : ""}`}
        >
          {visibleText(path)}
        </button>
      ))}
    </div>
  );
}
