import type { AgentState } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import { OnceKey, useAct, useRead } from "../../live/index.ts";
import { Button, Panel, Problem, visibleText } from "../../ui/index.ts";

/** Who does the example task; nobody named is the script. */
interface Who {
  readonly agent?: string;
  readonly reviewer?: string;
}

/** The example project and its task at the press of a button, by a script or by an agent that is installed. */
export function RunExample({ onBegin }: { readonly onBegin: () => void }): ReactNode {
  const { run, busy, error } = useExample(onBegin);
  const { data } = useRead("agent/list", {});
  const usable = (data?.agents ?? []).filter(isUsable);
  return (
    <Panel title="See it work first">
      <div className="flex flex-col gap-3">
        <p>
          Harness makes a small project with two mistakes, in its own folder, and takes one task through every
          stage. A script plays the agents: no account, no cost. All else is real: git, the sandbox, the
          tests, the review round, the branch.
        </p>
        <Button look="primary" className="w-fit" busy={busy} onClick={() => run({})}>
          <Play size={13} aria-hidden /> Run the example task
        </Button>
        {usable.length > 0 && (
          <div className="flex flex-col items-start gap-2">
            <p className="text-muted">Or with an agent of yours, which costs what a small task costs:</p>
            {usable.map(({ name }) => {
              const reviewer = usable.find((other) => other.name !== name)?.name ?? name;
              return (
                <Button
                  key={name}
                  className="py-1 text-left whitespace-normal!"
                  busy={busy}
                  onClick={() => run({ agent: name, reviewer })}
                >
                  {accountsText(name, reviewer)}
                </Button>
              );
            })}
          </div>
        )}
        {error !== null && <Problem error={error} />}
      </div>
    </Panel>
  );
}

function useExample(onBegin: () => void) {
  const navigate = useNavigate();
  const make = useAct("project/example");
  const submit = useAct("task/create");
  const [keys] = useState(() => new OnceKey());
  const run = async (who: Who) => {
    onBegin();
    const { task } = await make.mutateAsync({});
    const request = { ...task, ...who };
    const { task_id } = await submit.mutateAsync({
      ...request,
      idempotency_key: keys.of(JSON.stringify(request)),
    });
    await navigate({ to: "/ui/tasks/$taskId", params: { taskId: task_id } });
  };
  return {
    // What was refused is shown.
    run: (who: Who) => void run(who).catch(() => undefined),
    busy: make.isPending || submit.isPending,
    error: make.error ?? submit.error,
  };
}

function isUsable({ kind, installed, logged_in, problem, account }: AgentState): boolean {
  return (
    kind !== "deterministic" && installed && logged_in !== false && problem === null && account.state === "ok"
  );
}

function accountsText(agent: string, reviewer: string): string {
  const review = reviewer === agent ? "" : `, reviewed on that of ${reviewer}`;
  return visibleText(`Run it on the account of ${agent}${review}`);
}
