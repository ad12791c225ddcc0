import type { Result } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../live/index.ts";
import {
  Button,
  CheckBox,
  CopyText,
  Dialog,
  Field,
  faultAt,
  hasFaultOutside,
  Input,
  Problem,
  visibleText,
} from "../../ui/index.ts";
import { draftOf, SettingsFields, settingFields, wishOf } from "../../work/index.ts";

type Proposal = Result<"project/detect">;

/** Adding a repository: its path, then what Harness would do with it, to be changed before anything is stored. */
export function AddProject({ onClose }: { readonly onClose: () => void }): ReactNode {
  const detect = useAct("project/detect");
  const [path, setPath] = useState("");
  const look = (event: FormEvent) => {
    event.preventDefault();
    detect.mutate({ root: path.trim() });
  };
  const found = detect.data;
  return (
    <Dialog title="Add a project" onClose={onClose} wide>
      <div className="flex flex-col gap-4">
        <form onSubmit={look} className="flex flex-col gap-2">
          <Field
            label="Folder of the repository"
            hint="The full path, on the machine of the server"
            error={faultAt(detect.error, "root")}
          >
            <Input
              data-first-focus
              required
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
          {hasFaultOutside(detect.error, ["root"]) && <Problem error={detect.error} />}
        </form>
        {found !== undefined && <ProposalForm key={found.root} proposal={found} />}
      </div>
    </Dialog>
  );
}

/** What was found, and the settings it would have. */
function ProposalForm({ proposal }: { readonly proposal: Proposal }): ReactNode {
  const navigate = useNavigate();
  const create = useAct("project/create");
  const [name, setName] = useState(proposal.name);
  const [draft, setDraft] = useState(() => draftOf(proposal.settings));
  const [approve, setApprove] = useState(false);
  const { sha256 } = proposal.file;
  const add = (event: FormEvent) => {
    event.preventDefault();
    // What a person saw and left as it is, is what is stored. Limits that are there already are not taken away.
    const { night_limits, ...wish } = wishOf(draft);
    const limits = Object.fromEntries(Object.entries(night_limits).filter(([, cap]) => cap !== null));
    create.mutate(
      {
        root: proposal.root,
        id: name.trim(),
        ...wish,
        night_limits: limits,
        ...(approve && sha256 !== null ? { approve_file_sha256: sha256 } : {}),
      },
      {
        onSuccess: ({ id }) => void navigate({ to: "/ui/projects/$projectId", params: { projectId: id } }),
      },
    );
  };
  return (
    <form onSubmit={add} className="flex flex-col gap-4" aria-label="What would be stored">
      <p>
        <CopyText text={proposal.root} shown={visibleText(proposal.root)} />{" "}
        {proposal.languages.length > 0 && (
          <span className="text-muted">{proposal.languages.map(visibleText).join(", ")}</span>
        )}
      </p>
      {proposal.notes.map((note) => (
        <p key={note} className="text-muted">
          {visibleText(note)}
        </p>
      ))}
      <Field label="Name" error={faultAt(create.error, "id")}>
        <Input value={name} required spellCheck={false} onChange={({ target }) => setName(target.value)} />
      </Field>
      {sha256 !== null && (
        <CheckBox
          label="Approve its own settings file as it stands"
          hint={
            <>
              The fields below show what it asks for. Approved, it counts with its hash{" "}
              <code className="font-mono text-xs break-all">{sha256}</code>; else only what you store here
              does.
            </>
          }
          error={faultAt(create.error, "approve_file_sha256")}
          checked={approve}
          onChange={setApprove}
        />
      )}
      <SettingsFields
        draft={draft}
        error={create.error}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
      />
      {hasFaultOutside(create.error, [...settingFields, "id", "approve_file_sha256"]) && (
        <Problem error={create.error} />
      )}
      <Button type="submit" look="primary" className="w-fit" busy={create.isPending}>
        Add the project
      </Button>
    </form>
  );
}
