import type { Task } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronUp } from "lucide-react";
import type { ReactNode } from "react";
import { Badge, Button, Time, visibleText } from "../../ui/index.ts";
import { AgentName, priorityWords } from "../../work/index.ts";

interface QueuedRowProps {
  readonly task: Task;
  readonly place: number;
  readonly onPriority: (task: Task, priority: number) => void;
}

/** One queued task, and the buttons that move it. */
export function QueuedRow({ task, place, onPriority }: QueuedRowProps): ReactNode {
  const { id, title, project, agent, model, priority, created_at, not_before } = task;
  const name = visibleText(title);
  return (
    <tr>
      <td className="text-muted">{place}</td>
      <td>
        <Link to="/ui/tasks/$taskId" params={{ taskId: id }} className="break-words hover:underline">
          {name}
        </Link>
        {not_before !== null && Date.parse(not_before) > Date.now() && (
          <span className="block text-sm text-muted">
            not before <Time at={not_before} />
          </span>
        )}
      </td>
      <td>{visibleText(project)}</td>
      <td>
        <AgentName agent={agent} model={model} />
      </td>
      <td className="whitespace-nowrap">
        <Time at={created_at} />
      </td>
      <td>
        <span className="inline-flex items-center gap-1">
          <Badge>{priorityWords[priority] ?? priority}</Badge>
          <Button
            look="quiet"
            aria-label={`Raise the priority of ${name}`}
            disabled={priority >= priorityWords.length - 1}
            onClick={() => onPriority(task, priority + 1)}
          >
            <ChevronUp size={14} aria-hidden />
          </Button>
          <Button
            look="quiet"
            aria-label={`Lower the priority of ${name}`}
            disabled={priority <= 0}
            onClick={() => onPriority(task, priority - 1)}
          >
            <ChevronDown size={14} aria-hidden />
          </Button>
        </span>
      </td>
    </tr>
  );
}
