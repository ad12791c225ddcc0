import { terminalStatuses } from "@harness/protocol";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead } from "../../live/index.ts";
import { Button, Input, Select, visibleText } from "../../ui/index.ts";
import { type RunWords, ratings, spans } from "./run-words.ts";

/** How long typing rests before it is searched for. */
const REST_MS = 250;

interface RunFiltersProps {
  readonly words: RunWords;
  readonly onChange: (words: RunWords) => void;
}

/** Search and filters; every choice is in the address, so that it can be sent to somebody. */
export function RunFilters({ words, onChange }: RunFiltersProps): ReactNode {
  const projects = useRead("project/list", {}).data?.data ?? [];
  const agents = useRead("agent/list", {}).data?.agents ?? [];
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(words.q ?? "");
  const newest = useRef({ words, onChange });
  newest.current = { words, onChange };
  useEffect(() => {
    const { words: now, onChange: tell } = newest.current;
    if (typed === (now.q ?? "")) return;
    const timer = setTimeout(() => tell({ ...newest.current.words, q: typed }), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useCommands([
    {
      id: "search-runs",
      title: "Search the runs",
      keys: "/",
      group: "Runs",
      run: () => field.current?.focus(),
    },
  ]);
  const choice = (name: keyof RunWords, all: string, options: readonly (readonly [string, string])[]) => (
    <Select
      aria-label={all}
      value={words[name] ?? ""}
      onChange={(event) => onChange({ ...words, [name]: event.target.value })}
    >
      <option value="">{all}</option>
      {options.map(([value, title]) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </Select>
  );
  return (
    <search className="flex flex-wrap items-center gap-2">
      <Input
        ref={field}
        type="search"
        aria-label="Search in titles, prompts, ids and branches"
        placeholder="Search titles, prompts, branches"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        className="max-w-72"
      />
      {choice(
        "status",
        "Every outcome",
        terminalStatuses.map((one) => [one, one.replaceAll("_", " ")] as const),
      )}
      {choice(
        "project",
        "Every project",
        projects.map(({ id, name }) => [id, visibleText(name)] as const),
      )}
      {choice(
        "agent",
        "Every agent",
        agents.map(({ name }) => [name, name] as const),
      )}
      {choice(
        "rating",
        "Every judgement",
        ratings.map((one) => [one, one === "none" ? "not judged" : `thumbs ${one}`] as const),
      )}
      {choice(
        "since",
        "Any time",
        Object.entries(spans).map(([name, { title }]) => [name, title] as const),
      )}
      {Object.values(words).some(Boolean) && (
        <Button
          look="quiet"
          onClick={() => {
            setTyped("");
            onChange({});
          }}
        >
          Clear
        </Button>
      )}
    </search>
  );
}
