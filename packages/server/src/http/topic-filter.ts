import { eventTypes, idPattern, isHarnessError, liveTextTypes } from "@harness/protocol";
import type { EventFilter } from "../events/index.ts";

/** Types of events in one topic. */
const MOST_TYPES = 50;

const NO_TOPIC =
  "There is no such topic. Topics: all, state, task:ID, thread:ID, project:NAME, log:TASK-ID, type:EVENT or type:EVENT,EVENT.";

/** Which events a topic is about; a sentence for one that could never carry anything. */
export async function topicFilter(
  topic: string,
  projectId: (key: string) => Promise<string>,
): Promise<EventFilter | string> {
  if (topic === "all") return {};
  if (topic === "state") return { types: stateTypes() };
  const [, kind, name = ""] = /^(task|thread|project|log|type):(.+)$/s.exec(topic) ?? [];
  if ((kind === "task" || kind === "log") && idPattern("task").test(name)) return { task_id: name };
  if (kind === "thread" && idPattern("thread").test(name)) return { thread_id: name };
  if (kind === "type") return typesOf(name);
  if (kind !== "project") return NO_TOPIC;
  return projectId(name).then(
    (project_id) => ({ project_id }),
    (error: unknown) => {
      if (isHarnessError(error, "project_not_found")) return NO_TOPIC;
      throw error;
    },
  );
}

/** The filter of a topic of which only some types are wanted; a sentence when that leaves none. */
export function narrowed(filter: EventFilter, types: readonly string[] | undefined): EventFilter | string {
  if (types === undefined) return filter;
  const both = filter.types === undefined ? types : types.filter((type) => filter.types?.includes(type));
  return both.length > 0 ? { ...filter, types: both } : "The topic carries none of these types.";
}

/** One unknown type refuses the topic: a feed that leaves one out in silence looks whole and is not. */
function typesOf(names: string): EventFilter | string {
  const types = [...new Set(names.split(","))];
  if (types.length > MOST_TYPES) return `At most ${MOST_TYPES} types of events in one topic.`;
  const unknown = types.find((type) => !(eventTypes as readonly string[]).includes(type));
  return unknown === undefined ? { types } : `There is no type of event "${unknown.slice(0, 100)}".`;
}

/** What changes a list or a state, and nothing an agent says on the way there. */
function stateTypes(): string[] {
  return eventTypes.filter((type) => !liveTextTypes.includes(type));
}
