import { type ExecutionStrategy, executionStrategies, type Result } from "@harness/protocol";
import { type ReactNode, useRef, useState } from "react";
import { useAct, useLive } from "../../live/index.ts";
import { Button, Problem, Select } from "../../ui/index.ts";
import { Composer, type Sending, type ThreadView } from "../../work/index.ts";

interface ThreadComposerProps {
  readonly thread: Result<"thread/get">;
  readonly view: ThreadView;
}

/** Where a person talks: to an agent that is free at once, to one that works in turn or into its turn. */
export function ThreadComposer({ thread, view }: ThreadComposerProps): ReactNode {
  const { client } = useLive();
  const [strategy, setStrategy] = useState<ExecutionStrategy | null>(null);
  const sent = useRef<{ text: string; key: string } | null>(null);
  const say = (when_busy: "queue" | "steer") => async (text: string) => {
    // The same words sent again after an answer that was lost are not said twice.
    const key = sent.current?.text === text ? sent.current.key : newKey();
    sent.current = { text, key };
    await client.call("turn/start", {
      thread_id: thread.id,
      input: text,
      when_busy,
      idempotency_key: `${when_busy} ${key}`,
      ...(strategy === null ? {} : { execution_strategy: strategy }),
    });
    sent.current = null;
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
      {running && <Stop turnId={running.id} />}
    </Composer>
  );
}

function Stop({ turnId }: { readonly turnId: string }): ReactNode {
  const cancel = useAct("turn/cancel");
  return (
    <>
      <Button
        look="danger"
        title="Interrupt the turn; what it did so far is kept"
        busy={cancel.isPending}
        onClick={() => cancel.mutate({ turn_id: turnId })}
      >
        Stop
      </Button>
      {cancel.error !== null && <Problem error={cancel.error} />}
    </>
  );
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");
}
