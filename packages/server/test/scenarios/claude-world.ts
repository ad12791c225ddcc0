import { type Event, eventData } from "@harness/protocol";
import { type FakeProvider, fakeClaude, type ProviderAnswer } from "../support/fake-claude.ts";
import { approves, type World, type WorldOptions, world } from "./world.ts";

/** A provider's answer that does the work of a sum repository. */
export const finishes: ProviderAnswer = {
  write: { "sum.js": "module.exports = (a, b) => a + b;\n" },
  say: "done",
};

/** A world whose implementer is a Claude Code with this provider, and whose jitter is half of the most. */
export function claudeWorld(
  provider: FakeProvider,
  options: WorldOptions & { readonly dir: string },
): Promise<World> {
  return world({
    random: () => 0.5,
    agents: { critic: approves },
    ...options,
    env: { ...provider.env, ...options.env },
    config: [
      options.config ?? "",
      "[agents]",
      'default_agent = "claude"',
      "[agents.claude]",
      `cli_path = ${JSON.stringify(fakeClaude(options.dir))}`,
    ].join("\n"),
  });
}

/** What happened to accounts, in order. */
export function accountEvents(w: World): Promise<Event[]> {
  const types = Object.keys(eventData).filter((type) => type.startsWith("account."));
  return w.app.log.read({ afterSeq: 0, filter: { types } });
}

/** The task once it has ended; a wait on the way is passed over. */
export async function finished(w: World, task_id: string) {
  await w.event((event) => event.type === "task.ended" && event.task_id === task_id);
  return w.settled(task_id);
}
