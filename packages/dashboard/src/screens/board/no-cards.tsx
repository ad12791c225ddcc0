import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty } from "../../ui/index.ts";

/** Tasks that fit every repository, for whoever wants to see one done. */
const examples = [
  "Find the smallest function that no test covers and write a test for it.",
  "Read the README as somebody new would, and mend what is wrong or out of date in it.",
] as const;

/** Why there is no card: nothing fits the filter, or nothing was submitted yet. */
export function NoCards({ any }: { readonly any: boolean }): ReactNode {
  return (
    <div className="px-3 sm:px-4">
      {any ? (
        <Empty title="No task fits the filter">
          <Link to="/ui/board" className="underline">
            Show all
          </Link>
        </Empty>
      ) : (
        <Empty title="No tasks yet">
          <p>
            <Link to="/ui/new" className="underline">
              Submit a task
            </Link>{" "}
            or press <kbd className="font-mono">c</kbd>. To see how it goes, begin with an example:
          </p>
          <ul className="flex flex-col gap-1">
            {examples.map((prompt) => (
              <li key={prompt}>
                <Link to="/ui/new" search={{ prompt }} className="underline">
                  {prompt}
                </Link>
              </li>
            ))}
          </ul>
        </Empty>
      )}
    </div>
  );
}
