import type { Project, Result } from "@harness/protocol";
import type { ReactNode } from "react";
import { useAct, useRead } from "../../../live/index.ts";
import {
  Badge,
  Button,
  CopyText,
  Dot,
  Empty,
  Loaded,
  Panel,
  Problem,
  Table,
  visibleText,
} from "../../../ui/index.ts";

type FileNow = Result<"project/file">;

/** The project's own settings file as it stands on the base branch, what it changes, and approving it by its hash. */
export function FileTab({ project }: { readonly project: Project }): ReactNode {
  const read = useRead("project/file", { project: project.id });
  return (
    <Loaded read={read} what="the settings file on the base branch">
      {(now) =>
        now.file.sha256 === null ? (
          <Empty title="The project has no settings file">
            <p>
              On <code className="font-mono">{visibleText(now.base_branch)}</code> there is neither
              .harness/config.toml nor .harness/policy.rules. With them a repository says how it is built and
              proven; they count once you approved them.
            </p>
          </Empty>
        ) : (
          <FileShown project={project} now={now} onLook={() => void read.refetch()} looks={read.isFetching} />
        )
      }
    </Loaded>
  );
}

interface FileShownProps {
  readonly project: Project;
  readonly now: FileNow;
  readonly looks: boolean;
  readonly onLook: () => void;
}

function FileShown({ project, now, looks, onLook }: FileShownProps): ReactNode {
  const approve = useAct("project/approve_file");
  const { sha256, approved_sha256, state, text, rules } = now.file;
  return (
    <>
      <Panel
        title={
          <span className="flex flex-wrap items-center gap-2">
            Settings file
            <span role="status">
              <Badge tone={state === "unapproved" ? "answer" : "working"}>
                <Dot tone={state === "unapproved" ? "answer" : "plain"} />
                {state === "unapproved" ? "waits for your approval" : "approved"}
              </Badge>
            </span>
          </span>
        }
        actions={
          <Button busy={looks} onClick={onLook}>
            Look again
          </Button>
        }
      >
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 [&_dd]:min-w-0 [&_dt]:text-muted">
          <dt>On</dt>
          <dd>
            <code className="font-mono text-sm">{visibleText(now.base_branch)}</code> at{" "}
            <CopyText text={now.commit} shown={now.commit.slice(0, 12)} />
          </dd>
          <dt>Hash</dt>
          <dd>{sha256 !== null && <CopyText text={sha256} />}</dd>
          <dt>Approved</dt>
          <dd>{approved_sha256 === null ? "never" : <CopyText text={approved_sha256} />}</dd>
        </dl>
        {state === "unapproved" && sha256 !== null && (
          <div className="mt-3 flex flex-col gap-3">
            {now.problem === null ? (
              <Changes changes={now.changes} withRules={rules !== null} />
            ) : (
              <p role="alert" className="rounded bg-broken-soft p-2 break-words text-broken">
                It cannot be approved as it stands: {visibleText(now.problem)}
              </p>
            )}
            {approve.error !== null && <Problem error={approve.error} retry={onLook} />}
            <Button
              look="primary"
              className="w-fit"
              busy={approve.isPending}
              disabled={now.problem !== null}
              onClick={() => approve.mutate({ project: project.id, sha256 })}
            >
              Approve exactly this ({sha256.slice(0, 12)})
            </Button>
          </div>
        )}
      </Panel>
      {text !== null && <FileText name=".harness/config.toml" text={text} />}
      {rules !== null && <FileText name=".harness/policy.rules" text={rules} />}
    </>
  );
}

function Changes({
  changes,
  withRules,
}: {
  readonly changes: FileNow["changes"];
  readonly withRules: boolean;
}): ReactNode {
  return (
    <>
      {changes.length === 0 ? (
        <p>No setting becomes another.</p>
      ) : (
        <Table caption="What approving it changes" head={["Setting", "Now", "Then"]}>
          {changes.map(({ setting, from, to }) => (
            <tr key={setting} className="font-mono text-sm break-all">
              <td>{visibleText(setting)}</td>
              <td className="text-removed">{from === null ? "none" : visibleText(from)}</td>
              <td className="text-added">{visibleText(to)}</td>
            </tr>
          ))}
        </Table>
      )}
      {withRules && <p>Its rules, below, become those of the project.</p>}
    </>
  );
}

function FileText({ name, text }: { readonly name: string; readonly text: string }): ReactNode {
  return (
    <Panel title={name}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard too */}
      <section tabIndex={0} aria-label={`Text of ${name}`} className="max-h-[60dvh] overflow-auto">
        <pre className="font-mono text-sm" dir="ltr">
          {visibleText(text)}
        </pre>
      </section>
    </Panel>
  );
}
