import { ApprovalProfile } from "@harness/protocol";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct } from "../../../live/index.ts";
import {
  Button,
  CheckBox,
  Field,
  faultAt,
  hasFaultOutside,
  isSend,
  Panel,
  Problem,
  Select,
  TextArea,
} from "../../../ui/index.ts";
import { Explanation } from "./explanation.tsx";

/** What the policy would answer to a command, and everything that leads to it. */
export function ExplainBox({ project }: { readonly project: string }): ReactNode {
  const explain = useAct("policy/explain");
  const [command, setCommand] = useState("");
  const [profile, setProfile] = useState("");
  const [attended, setAttended] = useState(true);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const chosen = ApprovalProfile.safeParse(profile).data;
    explain.mutate({ command, project, attended, ...(chosen ? { profile: chosen } : {}) });
  };
  return (
    <Panel title="Explain this command">
      <form onSubmit={ask} className="flex flex-col gap-3">
        <Field
          label="Command"
          hint="As an agent would have a shell run it. Nothing is run."
          error={faultAt(explain.error, "command")}
        >
          <TextArea
            rows={2}
            required
            className="font-mono text-sm"
            spellCheck={false}
            placeholder="git push --force && rm -rf build"
            value={command}
            onChange={({ target }) => setCommand(target.value)}
            onKeyDown={(event) => {
              if (isSend(event)) ask(event);
            }}
          />
        </Field>
        <div className="flex flex-wrap items-end gap-4">
          <Field label="Profile of approvals">
            <Select value={profile} onChange={({ target }) => setProfile(target.value)}>
              <option value="">as the server</option>
              {ApprovalProfile.options.map((one) => (
                <option key={one} value={one}>
                  {one.replaceAll("_", " ")}
                </option>
              ))}
            </Select>
          </Field>
          <CheckBox label="A person can be asked" checked={attended} onChange={setAttended} />
          <Button
            type="submit"
            look="primary"
            keys="Ctrl+Enter"
            busy={explain.isPending}
            disabled={command.trim() === ""}
          >
            Explain
          </Button>
        </div>
        {hasFaultOutside(explain.error, ["command"]) && <Problem error={explain.error} />}
      </form>
      {explain.data && <Explanation explanation={explain.data} />}
    </Panel>
  );
}
