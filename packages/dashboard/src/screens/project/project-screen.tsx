import type { Project } from "@harness/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAct, useRead } from "../../live/index.ts";
import { Badge, Button, CopyText, Loaded, PlainText, Problem, Screen, visibleText } from "../../ui/index.ts";
import { projectTabs } from "./tabs/index.ts";

const route = getRouteApi("/ui/projects/$projectId");

/** One project: its settings, its settings file, its templates, and what agents may do in it. */
export function ProjectScreen(): ReactNode {
  const { projectId } = route.useParams();
  const read = useRead("project/get", { project: projectId });
  if (read.data === undefined)
    return (
      <Screen title="Project">
        <Loaded read={read} what="the project">
          {() => null}
        </Loaded>
      </Screen>
    );
  return (
    <Loaded read={read} what="the project">
      {(project) => <Shown key={project.id} project={project} />}
    </Loaded>
  );
}

function Shown({ project }: { readonly project: Project }): ReactNode {
  const { tab = projectTabs[0].id } = route.useSearch();
  const { View } = projectTabs.find(({ id }) => id === tab) ?? projectTabs[0];
  const change = useAct("project/update");
  const set = (wish: { active?: boolean; default?: boolean }) =>
    change.mutate({ project: project.id, ...wish });
  return (
    <Screen
      title={
        <span className="flex flex-wrap items-center gap-2">
          <PlainText text={project.name} />
          <span role="status" className="flex gap-1">
            <Badge tone={project.active ? "working" : "plain"}>{project.active ? "active" : "paused"}</Badge>
            {project.default && <Badge>default</Badge>}
          </span>
        </span>
      }
      actions={
        <>
          {!project.default && (
            <Button
              busy={change.isPending}
              title="Tasks that name no project are put into it"
              onClick={() => set({ default: true })}
            >
              Make it the default
            </Button>
          )}
          <Button busy={change.isPending} onClick={() => set({ active: !project.active })}>
            {project.active ? "Pause" : "Resume"}
          </Button>
          <Link
            to="/ui/board"
            search={{ project: project.name }}
            className="rounded px-2 py-1 text-accent hover:underline"
          >
            Its tasks
          </Link>
        </>
      }
    >
      {change.error !== null && <Problem error={change.error} />}
      <p className="min-w-0">
        <CopyText text={project.root} shown={visibleText(project.root)} />
      </p>
      <TabLinks projectId={project.id} shown={tab} />
      <View project={project} />
    </Screen>
  );
}

interface TabLinksProps {
  readonly projectId: string;
  readonly shown: string;
}

function TabLinks({ projectId, shown }: TabLinksProps): ReactNode {
  const waits = useRead("project/file", { project: projectId }).data?.file.state === "unapproved";
  return (
    <nav aria-label="Views of the project" className="flex gap-1 overflow-x-auto border-b">
      {projectTabs.map(({ id, name }) => (
        <Link
          key={id}
          to="/ui/projects/$projectId"
          params={{ projectId }}
          search={{ tab: id }}
          aria-current={id === shown ? "page" : undefined}
          activeOptions={{ includeSearch: true }}
          className="shrink-0 border-b-2 border-transparent px-2 py-1.5 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-ink pointer-coarse:min-h-11"
        >
          {name}
          {id === "file" && waits && (
            <>
              {" "}
              <Badge tone="answer">to approve</Badge>
            </>
          )}
        </Link>
      ))}
    </nav>
  );
}
