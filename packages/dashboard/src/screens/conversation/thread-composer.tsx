import { type ExecutionStrategy, executionStrategies, type Result } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { OnceKey, useLive } from "../../live/index.ts";
import { Select } from "../../ui/index.ts";
import { Composer, type Sending, StopTurn, type ThreadView } from "../../work/index.ts";

interface ThreadComposerProps {
  readonly thread: Result<"thread/get">;
  readonly view: ThreadView;
}

/** Where a person talks: to an agent that is free at once, to one that works in turn or into its turn. */
export function ThreadComposer({ thread, view }: ThreadComposerProps): ReactNode {
  const { client } = useLive();
  const [strategy, setStrategy] = useState<ExecutionStrategy | null>(null);
  const [keys] = useState(() => new OnceKey());
  const say = (when_busy: "queue" | "steer") => async (text: string) => {
    await client.call("turn/start", {
      thread_id: thread.id,
      input: text,
      when_busy,
      idempotency_key: `${when_busy} ${keys.of(text)}`,
      ...(strategy === null ? {} : { execution_strategy: strategy }),
    });
    keys.accepted();
  };
  const busy = view.status !== "idle";
  const steer: Sending = {
    name: "Steer now",
    hint: "Into the turn that runs",
    run: say("steer"),
  };
  const ways: readonly [Sending, Sending?] = busy
    ? [{ name: "Queue", hint: "Said when the agent is free", run: say("queue") }, steer]
    : [{ name: "Send", hint: "Starts a turn", run: say("queue") }];
  const running = view.turns.findLast(({ status }) => status === "running" || status === "waiting");
  return (
    <Composer
      draft={`thread.${thread.id}`}
      label="Say something to the agent"
      placeholder="Say something. @ names a file of the project."
      project={thread.project_id}
      ways={ways}
    >
      <Select
        aria-label="How it is answered"
        className="!w-auto"
        value={strategy ?? ""}
        onChange={(event) =>
          setStrategy(executionStrategies.find((word) => word === event.target.value) ?? null)
        }
      >
        <option value="">{thread.execution_strategy ?? "as the operator set"}</option>
        {executionStrategies.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </Select>
      {running && <StopTurn turn_id={running.id} keeps="what it did so far is kept" />}
    </Composer>
  );
}
