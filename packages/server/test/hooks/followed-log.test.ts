import type { Event } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { FollowedLog } from "../../src/hooks/followed-log.ts";
import { type Fixture, openFixture } from "../storage/dialects.ts";

const HOUR = 3_600_000;

/** One server that follows the log of a fixture: what it tells, and how many were left out. */
class Server {
  readonly told: string[] = [];
  left = 0;
  readonly #fixture: Fixture;
  readonly #types: readonly Event["type"][];
  readonly #cut: ReadonlySet<string>;
  #waiting: { readonly title: string; readonly heard: () => void } | undefined;

  constructor(
    fixture: Fixture,
    { cut = [], types = ["task.queued"] }: { cut?: string[]; types?: Event["type"][] } = {},
  ) {
    this.#fixture = fixture;
    this.#types = types;
    this.#cut = new Set(cut);
  }

  /** Follows until this has been told, or for one start; then stops as a server does. */
  async run(until?: string): Promise<void> {
    const heard = Promise.withResolvers<void>();
    if (until !== undefined) this.#waiting = { title: until, heard: heard.resolve };
    const followed = new FollowedLog({
      ...this.#fixture,
      types: this.#types,
      wants: (event) => titleOf(event) !== "unwanted",
      tell: async (event) => {
        const title = titleOf(event);
        this.told.push(title);
        if (title === this.#waiting?.title) this.#waiting.heard();
        return !this.#cut.has(title);
      },
      leftOut: (events) => {
        this.left = events;
      },
      logger: {
        warn: (facts) => {
          throw new Error(JSON.stringify(facts));
        },
      },
    });
    await followed.open();
    if (until !== undefined) await heard.promise;
    followed.stop();
    await followed.close();
  }
}

const titleOf = (event: Event): string => (event.type === "task.queued" ? event.data.title : "");
const queue = ({ log }: Fixture, ...titles: string[]) =>
  log.write(async (tx) => {
    for (const title of titles)
      await tx.append({
        type: "task.queued",
        actor: "test",
        data: { title, priority: 0, reason: "submitted" },
      });
  });

describe.each(["sqlite", "postgres"] as const)("whoever follows the log, on %s", (dialect) => {
  it("begins at its end, and goes on where a server before ended [req:hooks.durable]", async () => {
    await using fixture = await openFixture(dialect);
    await queue(fixture, "before anybody followed");
    await new Server(fixture).run();
    await queue(fixture, "a", "unwanted", "b");
    const second = new Server(fixture);
    await second.run("b");
    expect(second.told).toEqual(["a", "b"]);
    await queue(fixture, "c");
    const third = new Server(fixture);
    await third.run("c");
    expect(third.told).toEqual(["c"]);
  });

  it("tells again what was cut short, and what came after it [req:hooks.durable]", async () => {
    await using fixture = await openFixture(dialect);
    await new Server(fixture).run();
    await queue(fixture, "a", "b", "c");
    await new Server(fixture, { cut: ["b"] }).run("c");
    const next = new Server(fixture);
    await next.run("c");
    expect(next.told).toEqual(["b", "c"]);
  });

  it("tells the newest thousand of one day, and says how many are left out [req:hooks.catch-up]", async () => {
    await using fixture = await openFixture(dialect);
    await new Server(fixture).run();
    await queue(fixture, "of yesterday");
    fixture.clock.at += 25 * HOUR;
    const titles = Array.from({ length: 1003 }, (_, at) => `task ${at}`);
    await queue(fixture, ...titles);
    const server = new Server(fixture);
    await server.run(titles.at(-1));
    expect(server.told).toEqual(titles.slice(3));
    expect(server.left).toBe(4);
  });

  it("that is not to tell anything any more is told nothing of the time between [req:hooks.catch-up]", async () => {
    await using fixture = await openFixture(dialect);
    await new Server(fixture).run();
    await new Server(fixture, { types: [] }).run();
    await queue(fixture, "while nobody wanted to know");
    const again = new Server(fixture);
    await again.run();
    expect(again.told).toEqual([]);
  });
});
