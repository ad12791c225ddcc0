import { isHarnessError, type Result } from "@harness/protocol";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct, useRead } from "../../live/index.ts";
import { Button, Field, Input, Panel, Problem, visibleText, Waiting } from "../../ui/index.ts";

type Proposal = Result<"project/detect">;

/** Adding the folder the server was started in, or another, after a look at what Harness would do with it. */
export function AddProject({ onAdded }: { readonly onAdded: () => void }): ReactNode {
  const [asked] = useState(() => Date.now());
  const [path, setPath] = useState("");
  const here = useRead("project/detect", {});
  const detect = useAct("project/detect");
  const look = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() !== "") detect.mutate({ root: path.trim() });
  };
  const atField = isHarnessError(detect.error) ? detect.error.message : undefined;
  const proposal = detect.data ?? here.data;
  return (
    <Panel title="Add a repository">
      <div className="flex flex-col gap-4">
        {proposal ? (
          <ProposalCard
            key={proposal.root}
            proposal={proposal}
            here={proposal === here.data}
            onAdded={onAdded}
          />
        ) : here.isPending ? (
          <Waiting since={asked} what="the folder Harness was started in" />
        ) : (
          <p className="text-muted">
            Harness was not started in a repository it may work in. Name one below.
          </p>
        )}
        <form onSubmit={look} className="flex flex-col gap-2">
          <Field
            label={proposal ? "Or another folder" : "Folder of the repository"}
            hint="The full path, on the machine of the server"
            error={atField}
          >
            <Input
              value={path}
              onChange={({ target }) => setPath(target.value)}
              placeholder="/home/me/project"
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
          <Button type="submit" className="w-fit" busy={detect.isPending} disabled={path.trim() === ""}>
            Look at it
          </Button>
          {detect.error !== null && atField === undefined && <Problem error={detect.error} />}
        </form>
      </div>
    </Panel>
  );
}

/** What was found in a repository and what would be done with it; nothing is stored before it is added. */
function ProposalCard({
  proposal,
  here,
  onAdded,
}: {
  readonly proposal: Proposal;
  readonly here: boolean;
  readonly onAdded: () => void;
}): ReactNode {
  const create = useAct("project/create");
  const { settings } = proposal;
  const checks = settings.validation === "none" ? [] : settings.validation;
  return (
    <section
      aria-label={visibleText(proposal.name)}
      className="flex flex-col gap-3 rounded border bg-page p-3"
    >
      <h3 className="text-lg font-semibold break-words">{visibleText(proposal.name)}</h3>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 [&_dd]:min-w-0 [&_dd]:break-words [&_dt]:text-muted">
        <dt>Folder</dt>
        <dd className="font-mono text-sm">{visibleText(proposal.root)}</dd>
        <dt>Languages</dt>
        <dd>{proposal.languages.map(visibleText).join(", ") || "none known"}</dd>
        <dt>Base branch</dt>
        <dd className="font-mono text-sm">{visibleText(settings.base_branch)}</dd>
        <dt>Set up by</dt>
        <dd>
          <Commands argvs={settings.setup} none="nothing" />
        </dd>
        <dt>Proven by</dt>
        <dd>
          <Commands
            argvs={checks.map(({ argv }) => argv)}
            none="no command yet: finished work waits until you accept it. Add one in the project's settings."
          />
        </dd>
        <dt>Agent</dt>
        <dd>
          {settings.agent === "auto" ? "any that is installed and logged in" : visibleText(settings.agent)}
        </dd>
      </dl>
      {proposal.file.state === "unapproved" && (
        <p className="text-muted">
          It has settings of its own (.harness/config.toml). They count once you approved them, on the page of
          the project.
        </p>
      )}
      {proposal.notes.map((note) => (
        <p key={note} className="text-muted">
          {visibleText(note)}
        </p>
      ))}
      {create.error !== null && <Problem error={create.error} />}
      <Button
        look="primary"
        className="w-fit"
        busy={create.isPending || create.isSuccess}
        onClick={() => create.mutate({ root: proposal.root }, { onSuccess: onAdded })}
      >
        {here ? "Add this folder" : "Add it"}
      </Button>
    </section>
  );
}

function Commands({
  argvs,
  none,
}: {
  readonly argvs: readonly (readonly string[])[];
  readonly none: string;
}): ReactNode {
  if (argvs.length === 0) return none;
  return (
    <ul>
      {argvs.map((argv) => {
        const line = argv.join(" ");
        return (
          <li key={line} className="font-mono text-sm">
            {visibleText(line)}
          </li>
        );
      })}
    </ul>
  );
}
