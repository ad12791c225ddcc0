import { ApprovalProfile, executionStrategies, type Params } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useAct, useRead } from "../../live/index.ts";
import { Button, Dialog, Field, Input, Problem, Select } from "../../ui/index.ts";

/** What each profile of approvals means. */
const profiles: Readonly<Record<ApprovalProfile, string>> = {
  allow_all: "ask nobody: the policy decides alone",
  allow_listed: "ask me for what no rule allows",
  strict: "ask me for everything",
};

type Choices = Readonly<
  Record<"project" | "agent" | "model" | "base" | "title" | "strategy" | "approvals", string>
>;

const nothing: Choices = {
  project: "",
  agent: "",
  model: "",
  base: "",
  title: "",
  strategy: "",
  approvals: "",
};

/** Asks with whom and where a conversation starts; everything but the project has a setting already. */
export function StartDialog({
  project,
  onClose,
}: {
  readonly project: string | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const navigate = useNavigate();
  const start = useAct("thread/start");
  const projects = useRead("project/list", { limit: 500 });
  const [choices, setChoices] = useState<Choices>({ ...nothing, project: project ?? "" });
  const first = projects.data?.data[0]?.id ?? "";
  const chosen = { ...choices, project: choices.project || first };
  const set = (change: Partial<Choices>) => setChoices({ ...choices, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate(paramsOf(chosen), {
      onSuccess: ({ thread_id }) =>
        void navigate({ to: "/ui/conversations/$threadId", params: { threadId: thread_id } }),
    });
  };
  return (
    <Dialog title="Start a conversation" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-2">
        <Field label="Project">
          <Select value={chosen.project} required onChange={(event) => set({ project: event.target.value })}>
            {projects.data?.data.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <AgentFields choices={chosen} onChange={set} />
        <Field label="Answered" hint="Without a model where it can be, or always by one">
          <Select value={chosen.strategy} onChange={(event) => set({ strategy: event.target.value })}>
            <option value="">as the operator set</option>
            {executionStrategies.map((word) => (
              <option key={word}>{word}</option>
            ))}
          </Select>
        </Field>
        <Field label="Approvals">
          <Select value={chosen.approvals} onChange={(event) => set({ approvals: event.target.value })}>
            <option value="">as the operator set</option>
            {ApprovalProfile.options.map((word) => (
              <option key={word} value={word}>
                {profiles[word]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Base branch">
          <Input
            value={chosen.base}
            placeholder="the project's"
            onChange={(event) => set({ base: event.target.value })}
          />
        </Field>
        <Field label="Title">
          <Input
            value={chosen.title}
            maxLength={200}
            placeholder="made of the first words"
            onChange={(event) => set({ title: event.target.value })}
          />
        </Field>
        {start.error !== null && (
          <div className="sm:col-span-2">
            <Problem error={start.error} />
          </div>
        )}
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" look="primary" busy={start.isPending} disabled={chosen.project === ""}>
            Start
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function AgentFields({
  choices,
  onChange,
}: {
  readonly choices: Choices;
  readonly onChange: (change: Partial<Choices>) => void;
}): ReactNode {
  const { data } = useRead("agent/list", {});
  const agents = data?.agents ?? [];
  const models = agents.find(({ name }) => name === choices.agent)?.models ?? [];
  return (
    <>
      <Field label="Agent">
        <Select
          value={choices.agent}
          onChange={(event) => onChange({ agent: event.target.value, model: "" })}
        >
          <option value="">auto</option>
          {agents.map(({ name, problem }) => (
            <option key={name} value={name}>
              {name}
              {problem ? " (not ready)" : ""}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Model">
        <Input
          list="models-of-agent"
          value={choices.model}
          placeholder="the agent's own"
          onChange={(event) => onChange({ model: event.target.value })}
        />
        <datalist id="models-of-agent">
          {models.map((model) => (
            <option key={model} value={model} />
          ))}
        </datalist>
      </Field>
    </>
  );
}

/** What was chosen; what was left alone is not sent. */
function paramsOf(choices: Choices): Params<"thread/start"> {
  const { project, agent, model, base, title, strategy, approvals } = choices;
  const execution_strategy = executionStrategies.find((word) => word === strategy);
  const profile = ApprovalProfile.options.find((word) => word === approvals);
  return {
    project,
    ...(agent ? { agent } : {}),
    ...(model ? { model } : {}),
    ...(base ? { base } : {}),
    ...(title ? { title } : {}),
    ...(execution_strategy ? { execution_strategy } : {}),
    ...(profile ? { approvals: { profile } } : {}),
  };
}
