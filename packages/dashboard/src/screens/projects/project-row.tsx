import type { Project } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Badge, Button, CopyText, Dot, Time, visibleText } from "../../ui/index.ts";

interface ProjectRowProps {
  readonly project: Project;
  readonly queue: { readonly running: number; readonly queued: number; readonly limit: number } | undefined;
  readonly lastAt: string | null;
  readonly busy: boolean;
  readonly onActive: (active: boolean) => void;
  readonly onRemove: () => void;
}

/** One project: what it has to do, what proves its work, and the buttons that pause or remove it. */
export function ProjectRow({ project, queue, lastAt, busy, onActive, onRemove }: ProjectRowProps): ReactNode {
  const { id, name, root, active, settings, file } = project;
  const shown = visibleText(name);
  return (
    <li className="flex flex-col gap-2 rounded-lg border bg-raised p-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 text-lg font-semibold break-words">
          <Link
            to="/ui/projects/$projectId"
            params={{ projectId: id }}
            className="text-accent hover:underline"
          >
            {shown}
          </Link>
        </h2>
        <Badge tone={active ? "working" : "plain"}>{active ? "active" : "paused"}</Badge>
        {project.default && <Badge>default</Badge>}
        {file.state === "unapproved" && (
          <Link to="/ui/projects/$projectId" params={{ projectId: id }} search={{ tab: "file" }}>
            <Badge tone="answer">
              <Dot tone="answer" /> settings file to approve
            </Badge>
          </Link>
        )}
        <span className="ml-auto flex gap-1">
          <Button
            aria-label={`${active ? "Pause" : "Resume"} ${shown}`}
            title={active ? "Start nothing new in it; what runs goes on" : "Start its tasks again"}
            busy={busy}
            onClick={() => onActive(!active)}
          >
            {active ? "Pause" : "Resume"}
          </Button>
          <Button look="danger" aria-label={`Remove ${shown}`} onClick={onRemove}>
            Remove …
          </Button>
        </span>
      </div>
      <div className="min-w-0">
        <CopyText text={root} shown={visibleText(root)} />
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 [&_dt]:text-sm [&_dt]:text-muted">
        <Fact name="Tasks">
          {queue === undefined ? "none open" : `${queue.running} running, ${queue.queued} queued`}
          <span className="text-muted">, at most {project.max_concurrent} at once</span>
        </Fact>
        <Fact name="Proof">
          <Proof validation={settings.validation} />
        </Fact>
        <Fact name="Base branch">
          <span className="font-mono text-sm">{visibleText(settings.base_branch)}</span>
        </Fact>
        <Fact name="Last activity">
          {lastAt === null ? <span className="text-muted">none yet</span> : <Time at={lastAt} />}
        </Fact>
      </dl>
    </li>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Proof({ validation }: { readonly validation: Project["settings"]["validation"] }): ReactNode {
  if (validation === "none") return <Badge>none: unproven work is accepted</Badge>;
  if (validation.length === 0) return <Badge>no command: waits for you</Badge>;
  return validation.map(({ name }) => visibleText(name)).join(", ");
}
