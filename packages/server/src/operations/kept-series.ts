import type { z } from "zod";
import {
  byParts,
  isDiskFull,
  type KeptOf,
  keepDays,
  keyOfDay,
  readKeptDays,
  type Stretch,
  type Tx,
} from "../storage/index.ts";
import type { OperationsDeps } from "./deps.ts";

/** Days anybody may ask for, and some more. */
const LONGEST_MS = 100 * 24 * 3_600_000;

/** Counts the figures of days, in their order. */
export type CountDays<T> = (
  db: Tx,
  of: { readonly days: readonly Stretch[]; readonly projectIds: readonly string[] | undefined },
) => Promise<T[]>;

/**
 * The figures of days: those of days that are over are counted once and kept, until something changes them. They are
 * counted where they are kept, in one transaction, so that no change comes between. Of several projects at once nothing
 * is kept.
 */
export async function keptSeries<T>(
  { storage, log, clock }: Pick<OperationsDeps, "storage" | "log" | "clock">,
  of: { readonly kind: KeptOf["kind"]; readonly schema: z.ZodType<T>; readonly count: CountDays<T> },
  days: readonly Stretch[],
  projectIds: readonly string[] | undefined,
): Promise<T[]> {
  const now = clock.now();
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return [];
  const kept = { kind: of.kind, project_id: projectIds?.[0] };
  const keeps = projectIds === undefined || projectIds.length === 1;
  const known = keeps
    ? await readKeptDays(storage.reader, kept, { begins: first.begins, ends: last.ends })
    : new Map<string, string>();
  const isOver = ({ ends }: Stretch) => keeps && ends <= now;
  const found = new Map<string, T>();
  for (const [key, figures] of known) found.set(key, of.schema.parse(JSON.parse(figures)));
  const missing = days.filter((day) => !found.has(keyOfDay(day)));
  const note = (part: readonly Stretch[], figures: readonly T[]) =>
    part.map((day, at) => {
      const one = figures[at]!;
      found.set(keyOfDay(day), one);
      return { ...day, figures: JSON.stringify(one) };
    });
  await byParts(
    missing.filter((day) => isOver(day)),
    async (part) => {
      const counting = log.write(async ({ db }) => {
        const counted = note(part, await of.count(db, { days: part, projectIds }));
        await keepDays(db, kept, counted, now - LONGEST_MS);
      });
      await counting.catch(async (error: unknown) => {
        if (!isDiskFull(error)) throw error;
        note(part, await of.count(storage.reader, { days: part, projectIds }));
      });
      return [];
    },
  );
  const open = missing.filter((day) => !isOver(day));
  note(open, await of.count(storage.reader, { days: open, projectIds }));
  return days.map((day) => found.get(keyOfDay(day))!);
}
