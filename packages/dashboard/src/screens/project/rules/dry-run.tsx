import type { Result } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useAct } from "../../../live/index.ts";
import {
  Badge,
  Button,
  Field,
  faultAt,
  hasFaultOutside,
  Panel,
  Problem,
  Table,
  TextArea,
  Time,
  visibleText,
} from "../../../ui/index.ts";
import { DecisionBadge } from "./decision.tsx";

interface DryRunProps {
  readonly project: string;
  /** The project's own rules, to begin with. */
  readonly text: string | null;
}

/** Rules as they might be: whether they can be read, and which past decisions would be others. Nothing is stored. */
export function DryRun({ project, text: own }: DryRunProps): ReactNode {
  const [text, setText] = useState(own ?? "");
  const check = useAct("rule/check");
  const run = useAct("policy/dry_run");
  const edited = text.trim() !== "";
  const error = check.error ?? run.error;
  return (
    <Panel title="Try rules against history">
      <div className="flex flex-col gap-3">
        <Field
          label="Rules in place of the operator's and the project's"
          hint="Empty: the rules of today. Requirements of the operator stay in any case."
          error={faultAt(error, "text")}
        >
          <TextArea
            rows={6}
            spellCheck={false}
            className="font-mono text-sm"
            placeholder='prefix_rule(pattern = ["git", "push"], decision = "prompt")'
            value={text}
            onChange={({ target }) => {
              setText(target.value);
              check.reset();
              run.reset();
            }}
          />
        </Field>
        <div className="flex flex-wrap gap-2">
          <Button busy={run.isPending} onClick={() => run.mutate({ project, ...(edited ? { text } : {}) })}>
            Judge past commands
          </Button>
          <Button
            busy={check.isPending}
            disabled={!edited}
            onClick={() => check.mutate({ project, text, file: "policy.rules" })}
          >
            Check the text
          </Button>
        </div>
        {hasFaultOutside(error, ["text"]) && <Problem error={error} />}
        {check.data && <Checked result={check.data} />}
        {run.data && <Outcome result={run.data} />}
      </div>
    </Panel>
  );
}

function Checked({ result }: { readonly result: Result<"rule/check"> }): ReactNode {
  const { rules_count, violations, notes } = result;
  return (
    <div role="status" className="flex flex-col gap-1">
      <p className="font-medium">
        {violations.length === 0
          ? `It can be read: ${rules_count} ${rules_count === 1 ? "rule" : "rules"}.`
          : `It cannot be used: ${violations.length} ${violations.length === 1 ? "mistake" : "mistakes"}.`}
      </p>
      <ul className="flex flex-col gap-1">
        {violations.map((one) => (
          <li key={`${one.rule_id} ${one.line}:${one.column} ${one.message}`} className="break-words">
            <Badge tone="broken">{one.severity}</Badge>{" "}
            <code className="font-mono text-sm">
              {visibleText(one.file)}:{one.line}:{one.column}
            </code>{" "}
            {visibleText(one.message)}
          </li>
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} className="break-words text-muted">
          {visibleText(note)}
        </p>
      ))}
    </div>
  );
}

function Outcome({ result }: { readonly result: Result<"policy/dry_run"> }): ReactNode {
  const { decisions, changed } = result;
  return (
    <div className="flex flex-col gap-2">
      <p role="status" className="font-medium">
        Past decisions judged again: {decisions}. Decisions that would be others: {changed.length}.
      </p>
      {changed.length > 0 && (
        <Table caption="Decisions that would change" head={["Command", "Was", "Would be", "Times", "Last"]}>
          {changed.map((one) => (
            <tr key={`${one.command} ${one.was} ${one.now}`}>
              <td>
                <code className="font-mono text-sm break-all">{visibleText(one.command)}</code>
              </td>
              <td>
                <DecisionBadge decision={one.was === "allow" ? "allow" : "forbidden"} />
                <span className="block text-sm text-muted">{visibleText(one.was_reason)}</span>
              </td>
              <td>
                <DecisionBadge decision={one.now} />
                <span className="block text-sm text-muted">{visibleText(one.now_reason)}</span>
              </td>
              <td>{one.times}</td>
              <td className="whitespace-nowrap">
                <Time at={one.last_at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}
