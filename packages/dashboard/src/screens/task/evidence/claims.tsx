import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../../live/index.ts";
import { Badge, Loaded, Markdown, Panel, Time } from "../../../ui/index.ts";

/** Claims shown, the newest; the conversation has all of them. */
const MOST = 5;

/** What the implementing agent says of its work: nobody has checked it. */
export function Claims({ task }: { readonly task: TaskDetail }): ReactNode {
  const read = useRead("task/artifacts", { task_id: task.id });
  return (
    <Panel title="What the agent says" actions={<Badge title="Nobody has checked it">CLAIMED</Badge>}>
      <Loaded read={read} what="what the agent said">
        {(artifacts) => {
          const said = artifacts
            .filter(({ artifact_type, content }) => artifact_type === "implementer_message" && content !== "")
            .slice(-MOST)
            .reverse();
          if (said.length === 0) return <p className="text-muted">It has not said anything yet.</p>;
          return (
            <ul className="flex flex-col gap-3">
              {said.map(({ turn, content, created_at }) => (
                <li key={`${turn} ${created_at}`} className="border-l-2 pl-3">
                  <p className="text-sm text-muted">
                    turn {turn}, <Time at={created_at} />
                  </p>
                  <Markdown text={content} />
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
