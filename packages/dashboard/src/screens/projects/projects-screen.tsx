import type { Project } from "@harness/protocol";
import { Plus } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useCommands } from "../../commands/index.ts";
import { useAct, useRead, useTasks } from "../../live/index.ts";
import { Button, Confirm, Empty, Loaded, Problem, Screen, visibleText } from "../../ui/index.ts";
import { AddProject } from "./add-project.tsx";
import { ProjectRow } from "./project-row.tsx";

/** Projects read at once; more than that are counted and not shown. */
const MOST = 500;

/** The repositories that are registered, what each has to do, and adding one. */
export function ProjectsScreen(): ReactNode {
  const read = useRead("project/list", { limit: MOST });
  const [adding, setAdding] = useState(false);
  useCommands([
    { id: "add-project", title: "Add a project", keys: "n", group: "Projects", run: () => setAdding(true) },
  ]);
  return (
    <Screen
      title="Projects"
      actions={
        <Button look="primary" keys="n" onClick={() => setAdding(true)}>
          <Plus size={15} aria-hidden /> Add a project
        </Button>
      }
    >
      {adding && <AddProject onClose={() => setAdding(false)} />}
      <Loaded read={read} what="the projects">
        {({ data, page }) =>
          data.length === 0 ? (
            <Empty title="No project yet">
              <p>A project is a git repository agents work in. Add one to begin.</p>
            </Empty>
          ) : (
            <>
              <ProjectList projects={data} />
              {page.has_more && <p className="text-muted">The first {MOST} are shown.</p>}
            </>
          )
        }
      </Loaded>
    </Screen>
  );
}

function ProjectList({ projects }: { readonly projects: readonly Project[] }): ReactNode {
  const stats = useRead("project/queue_stats", {});
  const lastAt = useLastActivity();
  const change = useAct("project/update");
  const [removed, setRemoved] = useState<Project | null>(null);
  return (
    <>
      {change.error !== null && <Problem error={change.error} />}
      <ul aria-label="Projects" className="flex flex-col gap-2">
        {projects.map((project) => (
          <ProjectRow
            key={project.id}
            project={project}
            queue={stats.data?.projects[project.name]}
            lastAt={lastAt.get(project.id) ?? null}
            busy={change.isPending && change.variables.project === project.id}
            onActive={(active) => change.mutate({ project: project.id, active })}
            onRemove={() => setRemoved(project)}
          />
        ))}
      </ul>
      {removed !== null && <Removal project={removed} onClose={() => setRemoved(null)} />}
    </>
  );
}

function Removal({
  project,
  onClose,
}: {
  readonly project: Project;
  readonly onClose: () => void;
}): ReactNode {
  const remove = useAct("project/delete");
  return (
    <Confirm
      title={`Remove ${visibleText(project.name)}?`}
      action="Remove the project"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ project: project.id }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        Harness forgets the project, its settings and what was allowed for good in it. The repository{" "}
        <code className="font-mono text-sm break-all">{visibleText(project.root)}</code> is not touched: its
        files and branches stay.
      </p>
    </Confirm>
  );
}

/** When something last happened to a task, by project. */
function useLastActivity(): ReadonlyMap<string, string> {
  const tasks = useTasks();
  return useMemo(() => {
    const last = new Map<string, string>();
    for (const { project_id, updated_at } of tasks)
      if (updated_at > (last.get(project_id) ?? "")) last.set(project_id, updated_at);
    return last;
  }, [tasks]);
}
