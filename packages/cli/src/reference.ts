import { type IdKind, idPattern, idPrefixes } from "@harness/protocol";
import { CommandFailure, exitCodes, usageFailure } from "./failure.ts";

const part = /^[0-9A-HJKMNP-TV-Z]{4,26}$/;

/** A kind of thing people name on the command line. */
interface Named {
  readonly kind: IdKind;
  /** As people say it: `task`. */
  readonly word: string;
  /** The parameter it is for. */
  readonly field: string;
  /** The command that lists them. */
  readonly list: string;
  /** The newest ones, newest first. */
  newest(limit: number): Promise<readonly { readonly id: string }[]>;
}

/**
 * The full id of something named by its id, by the end of its id (as tables show it), or by `last`, the newest one.
 * The end is looked for among the newest 500.
 */
export async function findNamed(text: string, named: Named): Promise<string> {
  if (idPattern(named.kind).test(text)) return text;
  const { word, field, list } = named;
  const prefix = new RegExp(`^${idPrefixes[named.kind]}_`, "i");
  const wanted = text.replace(prefix, "").toUpperCase();
  if (text !== "last" && !part.test(wanted))
    throw usageFailure(
      `${JSON.stringify(text.slice(0, 60))} is not ${/^[aeiou]/.test(word) ? "an" : "a"} ${word} id.`,
      {
        field,
        hint: `See harness ${list}. An id, the last 4 or more characters of one, or the word last.`,
      },
    );
  const newest = await named.newest(text === "last" ? 1 : 500);
  const found = text === "last" ? newest : newest.filter(({ id }) => id.endsWith(wanted));
  if (found.length === 1) return found[0]!.id;
  const many = found.length > 1;
  throw new CommandFailure(
    `${word}_${many ? "ambiguous" : "not_found"}`,
    many ? `${found.length} ${word}s end in ${wanted}.` : `There is no ${word} ${JSON.stringify(text)}.`,
    { exitCode: exitCodes.usage, field, hint: many ? "Give more of the id." : `See harness ${list}.` },
  );
}
