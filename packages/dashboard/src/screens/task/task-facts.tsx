import type { TaskDetail } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Badge, CopyText, Elapsed, PlainText, Time } from "../../ui/index.ts";
import { AgentName, ChangeSize, EvidenceMark, isOver, ReviewMark, UsageText } from "../../work/index.ts";

/** What a task is and how it stands, at a glance. */
export function TaskFacts({ task }: { readonly task: TaskDetail }): ReactNode {
  const { id, project_id, project, agent, model, base_branch, base_sha, branch, head_sha, sandbox } = task;
  return (
    <div className="flex flex-col gap-1">
      <dl className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm [&>div]:flex [&>div]:min-w-0 [&>div]:items-center [&>div]:gap-1 [&_dt]:text-muted">
        <Fact name="Project">
          <Link
            to="/ui/projects/$projectId"
            params={{ projectId: project_id }}
            className="text-accent underline"
          >
            <PlainText text={project} />
          </Link>
        </Fact>
        <Fact name="Agent">
          <AgentName agent={agent} model={model} />
        </Fact>
        <Fact name="Base">
          <CopyText text={base_branch} />
          {base_sha !== null && <CopyText text={base_sha} shown={base_sha.slice(0, 8)} />}
        </Fact>
        {branch !== null && (
          <Fact name="Branch">
            <CopyText text={branch} />
          </Fact>
        )}
        {head_sha !== null && (
          <Fact name="Commit">
            <CopyText text={head_sha} shown={head_sha.slice(0, 8)} />
          </Fact>
        )}
        {sandbox !== null && (
          <Fact name="Sandbox">
            <span className={sandbox.driver === "none" ? "font-semibold" : ""}>
              {sandbox.profile}
              {sandbox.driver === "none" ? ", not confined" : ` by ${sandbox.driver}`}
            </span>
          </Fact>
        )}
        {task.depends_on.length > 0 && (
          <Fact name="After">
            {task.depends_on.map((other) => (
              <Link
                key={other}
                to="/ui/tasks/$taskId"
                params={{ taskId: other }}
                title={other}
                className="font-mono text-accent underline"
              >
                …{other.slice(-6)}
              </Link>
            ))}
          </Fact>
        )}
        <Fact name="Task">
          <CopyText text={id} shown={`…${id.slice(-6)}`} />
        </Fact>
      </dl>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <span className="text-muted">
          asked for <Time at={task.created_at} />
        </span>
        {task.started_at !== null && (
          <span className="text-muted">
            worked for <Elapsed from={task.started_at} to={task.finished_at} />
          </span>
        )}
        <ChangeSize changes={task.changes} />
        <EvidenceMark task={task} />
        <ReviewMark task={task} />
        {task.grade?.letter && <Badge>grade {task.grade.letter}</Badge>}
        {task.accepted.map((what) => (
          <Badge key={what} title="A person accepted it without this proof">
            accepted: {what.replaceAll("_", " ")}
          </Badge>
        ))}
        {task.revisions > 0 && <Badge>revision {task.revisions}</Badge>}
        <UsageText usage={task.usage} open={!isOver(task)} />
        {task.labels.map((label) => (
          <span key={label} className="rounded bg-sunken px-1.5 text-xs text-muted">
            <PlainText text={label} />
          </span>
        ))}
        <Publication task={task} />
      </div>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">{children}</dd>
    </div>
  );
}

/** Where the work went. */
function Publication({ task }: { readonly task: TaskDetail }): ReactNode {
  const { branch, landed, discarded_at, status } = task;
  if (discarded_at !== null)
    return (
      <Badge tone="done">
        discarded <Time at={discarded_at} />
      </Badge>
    );
  if (landed !== null)
    return (
      <Badge tone="done" title={landed.commit}>
        landed in {landed.branch} {landed.how === "merge" ? "by a merge" : ""} <Time at={landed.at} />
      </Badge>
    );
  if (branch !== null && status === "done") return <Badge tone="done">branch published</Badge>;
  return <Badge>not published</Badge>;
}
