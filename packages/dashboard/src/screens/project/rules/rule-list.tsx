import type { ListedRule, Result } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useAct, useRead } from "../../../live/index.ts";
import {
  Badge,
  Button,
  Empty,
  Input,
  Loaded,
  Panel,
  Problem,
  Select,
  Table,
  Time,
  visibleText,
} from "../../../ui/index.ts";
import { DecisionBadge, layerWords } from "./decision.tsx";

/** Rules shown at most; a filter finds the others. */
const MOST_ROWS = 200;

/** The rules in force, where each comes from and how often it was needed. */
export function RuleList({ project }: { readonly project: string }): ReactNode {
  const read = useRead("rule/list", { project });
  const load = useAct("rule/load");
  return (
    <Panel
      title="Rules in force"
      actions={
        <Button
          busy={load.isPending}
          title="The operator's files, as the settings of the server name them"
          onClick={() => load.mutate({ project })}
        >
          Read the files again
        </Button>
      }
    >
      {load.error !== null && <Problem error={load.error} />}
      {load.data && (
        <p role="status" className="mb-2 text-muted">
          {load.data.rules_count} rules were read.
        </p>
      )}
      <Loaded read={read} what="the rules">
        {({ data, faults, notes }) => (
          <div className="flex flex-col gap-3">
            <Faults faults={faults} notes={notes} />
            {data.length === 0 ? <Empty title="No rule is in force" /> : <Rules rules={data} />}
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function Faults({ faults, notes }: Pick<Result<"rule/list">, "faults" | "notes">): ReactNode {
  return (
    <>
      {faults.length > 0 && (
        <div role="alert" className="rounded bg-broken-soft p-2 text-broken">
          <p className="font-medium">Nothing is allowed while these cannot be read:</p>
          <ul className="list-disc pl-5">
            {faults.map(({ file, line, column, message }) => (
              <li key={`${file}:${line}:${column}`} className="break-words">
                <code className="font-mono text-sm">
                  {visibleText(file)}:{line}:{column}
                </code>{" "}
                {visibleText(message)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {notes.map((note) => (
        <p key={note} className="break-words text-muted">
          {visibleText(note)}
        </p>
      ))}
    </>
  );
}

function Rules({ rules }: { readonly rules: readonly ListedRule[] }): ReactNode {
  const [words, setWords] = useState("");
  const [layer, setLayer] = useState("");
  const wanted = words.trim().toLowerCase();
  const found = rules.filter(
    (rule) =>
      (layer === "" || rule.layer === layer) &&
      `${rule.says} ${rule.justification ?? ""} ${rule.id}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <div className="w-72 max-w-full">
          <Input
            type="search"
            aria-label="Only rules with"
            placeholder="Only rules with …"
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
        </div>
        <Select aria-label="Where from" value={layer} onChange={({ target }) => setLayer(target.value)}>
          <option value="">from everywhere</option>
          {Object.entries(layerWords).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
        <span role="status" className="text-muted">
          {found.length} of {rules.length} rules
        </span>
      </div>
      <Table caption="Rules in force" head={["Rule", "Answer", "From", "Matched"]}>
        {found.slice(0, MOST_ROWS).map((rule) => (
          <RuleRow key={rule.id} rule={rule} />
        ))}
      </Table>
      {found.length > MOST_ROWS && (
        <p className="text-muted">The first {MOST_ROWS} are shown: narrow them down by words.</p>
      )}
    </>
  );
}

function RuleRow({ rule }: { readonly rule: ListedRule }): ReactNode {
  return (
    <tr>
      <td className="max-w-xl">
        <Badge>{rule.kind}</Badge>{" "}
        <code className="font-mono text-sm break-words">{visibleText(rule.says)}</code>
        {rule.justification !== null && (
          <span className="block text-sm text-muted">{visibleText(rule.justification)}</span>
        )}
      </td>
      <td className="whitespace-nowrap">
        <DecisionBadge decision={rule.decision} />
      </td>
      <td>
        {layerWords[rule.layer]}
        {rule.required && ", required"}
        <span className="block font-mono text-xs break-all text-muted">
          {visibleText(rule.file)}:{rule.line}
        </span>
      </td>
      <td className="whitespace-nowrap">
        {rule.hits} times
        {rule.last_hit_at !== null && (
          <span className="block text-sm text-muted">
            <Time at={rule.last_hit_at} />
          </span>
        )}
      </td>
    </tr>
  );
}
