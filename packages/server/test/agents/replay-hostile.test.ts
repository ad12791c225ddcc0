import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type AgentEvent, stepDifferences } from "../../src/agents/index.ts";
import type { Recording, RecordingEntry } from "../../src/agents/recording.ts";
import { replayed } from "./recorded-turn.ts";
import { playingAgents, stored, turns } from "./stored-recordings.ts";

const agents = playingAgents();

const ways = ["gone", "twice", "late", "torn", "garbled", "other", "rest gone"] as const;

/** What happens to a line of a file, and where, from 0 to 1. */
interface Damage {
  readonly how: (typeof ways)[number];
  readonly at: number;
  readonly far: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom(...ways),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  far: fc.nat({ max: 10 }),
});

function damaged(entries: readonly RecordingEntry[], { how, at, far }: Damage): readonly RecordingEntry[] {
  const n = Math.min(entries.length - 1, Math.floor(at * entries.length));
  const entry = entries[n];
  if (entry === undefined) return [...entries];
  const half = { ...entry, s: entry.s.slice(0, entry.s.length / 2) };
  const instead: Record<Damage["how"], readonly RecordingEntry[]> = {
    gone: [],
    twice: [entry, entry],
    late: [],
    torn: [half],
    garbled: [{ ...entry, s: entry.s.replace(/["{}:]/g, "\0") }],
    other: [{ ...entry, s: entry.s.replace(/[0-9]/g, "7") }],
    "rest gone": [],
  };
  const changed = entries.toSpliced(n, 1, ...instead[how]);
  if (how === "late") changed.splice(n + far, 0, entry);
  return how === "rest gone" ? changed.slice(0, n) : changed;
}

/** Every event of a turn that is played; it must come to one end. */
async function endOf(which: string, recording: Recording): Promise<AgentEvent[]> {
  const played = agents[which]?.replay?.(recording) ?? { why: "" };
  if ("why" in played) return [];
  const events: AgentEvent[] = [];
  for await (const event of played) events.push(event);
  expect(events.filter(({ type }) => type === "ended")).toHaveLength(1);
  expect(events.at(-1)?.type).toBe("ended");
  return events;
}

/** An endpoint's error is one document; with more behind it, it is another one. */
const withoutErrors = turns.filter(([name]) => !/^api-.*-quota$/.test(name));

describe("a recording that is not as it was written", () => {
  // A library of ours tells what it cannot read on standard error.
  beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
  afterAll(() => vi.restoreAllMocks());

  it.each(turns)(
    "comes to an end, whatever became of its lines: %s [req:replay.hostile]",
    async (name, which) => {
      const { recording } = await stored(name);
      await fc.assert(
        fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (all) => {
          const entries = all.reduce(damaged, recording.entries);
          await endOf(which, { ...recording, entries });
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each(withoutErrors)(
    "goes on after its end, and tells what it told before: %s [req:replay.hostile]",
    async (name, which) => {
      const { recording, steps } = await stored(name);
      const t = recording.entries.at(-1)?.t ?? 0;
      const more = [
        "not json",
        "{}",
        '{"type":"result"}',
        "x".repeat(10_000_000),
        "",
        "data: {}",
        "HTTP 500 {}",
      ];
      const after = more.map((s): RecordingEntry => ({ t, d: "out", s }));
      const today = await replayed(agents[which]!, {
        ...recording,
        entries: [...recording.entries, ...after],
      });
      const unknown = stepDifferences(steps, today).filter(({ recorded }) => recorded !== null);
      expect(unknown).toEqual([]);
    },
  );
});
