import { describe, expect, it } from "vitest";
import type { Stale } from "./affected.ts";
import { Rereads } from "./rereads.ts";

/** A page whose time stands still until it is moved. */
function page() {
  let now = 0;
  let due: { at: number; job: () => void }[] = [];
  const read: string[] = [];
  const rereads = new Rereads(({ operation }) => void read.push(`${operation} ${now}`), {
    now: () => now,
    later: (ms, job) => {
      const one = { at: now + ms, job };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
  });
  const advance = (ms: number) => {
    now += ms;
    const over = due.filter(({ at }) => at <= now);
    due = due.filter(({ at }) => at > now);
    for (const { job } of over) job();
  };
  return { rereads, read, advance };
}

const series: Stale = { operation: "stats/series", task_id: null };
const list: Stale = { operation: "task/list", task_id: null };

describe("an answer that is dear", () => {
  it("is read once per stretch of time however much happens, and the last is not lost [req:web-figures.dear]", () => {
    const { rereads, read, advance } = page();
    for (let at = 0; at < 13; at += 1) {
      rereads.hear(series);
      advance(1_000);
    }
    expect(read).toEqual(["stats/series 0", "stats/series 5000", "stats/series 10000"]);
    advance(60_000);
    expect(read.slice(3)).toEqual(["stats/series 73000"]);
    advance(60_000);
    expect(read).toHaveLength(4);
  });

  it("keeps no other from being read at once, and is not read after the end [req:web-figures.dear]", () => {
    const { rereads, read, advance } = page();
    for (const stale of [series, list, series, list]) rereads.hear(stale);
    expect(read).toEqual(["stats/series 0", "task/list 0", "task/list 0"]);
    rereads.stop();
    advance(60_000);
    expect(read).toHaveLength(3);
  });
});
