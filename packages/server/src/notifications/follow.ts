import type { Event, NewId, NotificationKind } from "@harness/protocol";
import type { NotificationChannel } from "../config/index.ts";
import type { EventLog, WriteTx } from "../events/index.ts";
import type { Storage } from "../storage/index.ts";
import {
  type About,
  concernsPeople,
  families,
  followedTypes,
  type Notice,
  noticeOf,
  obsoleteKeys,
} from "./kinds.ts";
import {
  addNotification,
  dropNotifications,
  dropUnreachable,
  forgetCursor,
  moveCursor,
  readCursor,
} from "./store.ts";
import { plainLine } from "./text.ts";

/** What the log is followed with. */
export interface FollowDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly newId: NewId;
  readonly redact: (text: string) => string;
  readonly channels: readonly NotificationChannel[];
  readonly batchMs: number;
  /** Called with "N1" before what an event says is stored, so that a test can die there. */
  readonly failpoint?: (name: string, detail?: string) => void | Promise<void>;
}

/** Events read at a time. */
const PAGE = 200;
/** Earlier events of accounts that are looked through for the same account. */
const LOOK_BACK = 50;
const TITLE_CHARS = 200;
const BODY_CHARS = 600;
const COMMAND_CHARS = 300;

/**
 * Turns events into notifications. The place in the log moves in the transaction that stores them: a server that dies
 * at any point goes on exactly after what it stored.
 */
export class Follower {
  readonly #deps: FollowDeps;
  #cursor = 0;

  constructor(deps: FollowDeps) {
    this.#deps = deps;
  }

  /** Finds its place; the first start with a channel begins at the end of the log and tells nothing of the past. */
  async open(): Promise<void> {
    const { log, storage, channels } = this.#deps;
    const names = channels.map(({ name }) => name);
    const known = names.length > 0 ? await readCursor(storage.reader) : undefined;
    this.#cursor = known ?? log.headSeq;
    await log.write(async (tx) => {
      await dropUnreachable(tx, names);
      if (names.length === 0) await forgetCursor(tx);
      else await moveCursor(tx, this.#cursor);
    });
  }

  /** Stores what is to be told of everything that happened since. */
  async catchUp(): Promise<void> {
    const { log, channels, failpoint } = this.#deps;
    while (channels.length > 0) {
      const upTo = log.headSeq;
      const filter = { types: followedTypes };
      const events = await log.read({ afterSeq: this.#cursor, filter, limit: PAGE, upTo });
      const last = events.at(-1);
      if (!last) {
        this.#cursor = upTo;
        return;
      }
      const told: Told[] = [];
      for (const event of events) if (concernsPeople(event)) told.push(await this.#read(event));
      const seen = events.length < PAGE ? upTo : last.seq;
      // Events nobody is told of may be read again by the next server: they cost no write.
      if (told.length > 0) {
        await failpoint?.("N1");
        await log.write(async (tx) => {
          for (const one of told) await this.#store(tx, one);
          await moveCursor(tx, seen);
        });
      }
      this.#cursor = seen;
    }
  }

  async #read(event: Event): Promise<Told> {
    const about = { ...(await this.#about(event)), before: await this.#before(event) };
    return { event, notice: noticeOf(event, about), project: about.project };
  }

  /** The task and the project of an event, by the names a person knows. */
  async #about(event: Event): Promise<Pick<About, "task" | "project">> {
    const db = this.#deps.storage.reader;
    const [task, project] = await Promise.all([
      event.task_id === null
        ? undefined
        : db
            .selectFrom("tasks")
            .select(["id", "title", "branch"])
            .where("id", "=", event.task_id)
            .executeTakeFirst(),
      event.project_id === null
        ? undefined
        : db.selectFrom("projects").select("name").where("id", "=", event.project_id).executeTakeFirst(),
    ]);
    return { task, project: project?.name };
  }

  /** The newest earlier event of the same family; of accounts, of the same account. */
  async #before(event: Event): Promise<Event | undefined> {
    const { log } = this.#deps;
    const types = families.find((family) => family.includes(event.type));
    if (!types) return undefined;
    let upTo = event.seq - 1;
    for (let looked = 0; looked < LOOK_BACK; looked += 1) {
      const seq = await log.lastSeqOf({ types }, upTo);
      if (seq === 0) return undefined;
      const [found] = await log.read({ afterSeq: seq - 1, upTo: seq });
      if (found && accountOf(found) === accountOf(event)) return found;
      upTo = seq - 1;
    }
    return undefined;
  }

  async #store(tx: WriteTx, { event, notice, project }: Told): Promise<void> {
    const obsolete = obsoleteKeys(event);
    if (obsolete !== null) await dropNotifications(tx, obsolete, notice?.key ?? "");
    if (!notice) return;
    const { redact, newId, batchMs, channels } = this.#deps;
    const plain = (text: string, max: number) => plainLine(redact(text), max);
    for (const channel of channels) {
      if (!takes(channel, notice.kind, project)) continue;
      await addNotification(tx, {
        id: newId("notification"),
        dedupe_key: notice.key,
        channel: channel.name,
        kind: notice.kind,
        project_id: event.project_id,
        project: project ?? null,
        task_id: event.task_id,
        title: plain(notice.title, TITLE_CHARS),
        body: plain(notice.body, BODY_CHARS),
        commands: JSON.stringify(notice.commands.map((command) => plain(command, COMMAND_CHARS))),
        link: notice.link,
        state: "pending",
        batch_id: null,
        tries: 0,
        error: null,
        not_before: tx.now + batchMs,
        created_at: tx.now,
        sent_at: null,
      });
    }
  }
}

interface Told {
  readonly event: Event;
  readonly notice: Notice | null;
  readonly project: string | undefined;
}

/** Whether a channel wants a kind, of a project; what is about no project concerns everybody. */
export function takes(
  channel: Pick<NotificationChannel, "kinds" | "projects">,
  kind: NotificationKind,
  project: string | undefined,
): boolean {
  if (channel.kinds && !channel.kinds.includes(kind)) return false;
  return !channel.projects || project === undefined || channel.projects.includes(project);
}

function accountOf(event: Event): string | undefined {
  return "account" in event.data ? event.data.account : undefined;
}
