import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../../live/index.ts";
import { ApprovalCard } from "../../../work/index.ts";

/** What a task asks a person that is in no thread that is shown, such as leave for a protected change. */
export function OtherQuestions({
  task,
  shown,
}: {
  readonly task: TaskDetail;
  readonly shown: string | undefined;
}): ReactNode {
  const { data } = useRead("approval/list", { task_id: task.id, limit: 100 });
  return data?.data
    .filter(({ thread_id }) => thread_id !== shown)
    .map((approval, index) => <ApprovalCard key={approval.id} approval={approval} keyed={index === 0} />);
}
