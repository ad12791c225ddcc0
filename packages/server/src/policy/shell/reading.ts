import type { ShellAssignment, ShellRedirect, ShellSegment, ShellWord } from "../verdict.ts";
import { isHarmless } from "./assignments.ts";
import { type Input, literalWord, nothingAround, unknownWord, type WrittenCommand } from "./command.ts";
import type { Parse } from "./parser.ts";
import { Statements } from "./statements.ts";
import { checkGap } from "./tree.ts";
import { Unreadable } from "./unreadable.ts";
import { type Found, unwrap } from "./unwrap.ts";

const LONGEST_TEXT = 64 * 1024;
const MOST_SEGMENTS = 512;
const MOST_HEREDOCS = 50;
const DEEPEST = 12;

/** Control characters, and those that show a text otherwise than it is read. */
const hiding =
  /[\x00-\x08\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200b\u200e-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udc7f]/;

/** What is around a command that is being read: its wrappers, and what they redirect and read for all inside. */
interface Wrapping {
  readonly via: readonly string[];
  readonly wrappers: readonly (readonly ShellWord[])[];
  readonly redirects: readonly ShellRedirect[];
  readonly input: Input | undefined;
}

const unwrapped: Wrapping = { via: [], wrappers: [], redirects: [], input: undefined };

/** One reading of a text with all the texts inside it: collects the segments, within limits. */
export class Reading {
  readonly segments: ShellSegment[] = [];
  private depth = 0;
  private length = 0;
  private readonly parse: Parse;

  constructor(parse: Parse) {
    this.parse = parse;
  }

  /** Reads a shell text. */
  script(text: string): void {
    this.text(text, unwrapped);
  }

  /** Reads words that are one command already; `shown` is how they stand in a shell. */
  argv(words: readonly string[], shown: string): void {
    for (const word of words) this.checkText(word);
    if (words.length === 0) throw new Unreadable("it is no command", 0);
    this.command(
      { ...nothingAround, words: words.map(literalWord), assignments: [], text: shown },
      unwrapped,
    );
  }

  private text(text: string, wrapping: Wrapping): void {
    this.checkText(text);
    this.deeper(() => {
      const tree = this.parse(text);
      const before = this.segments.length;
      try {
        const root = tree.rootNode;
        if (root.hasError) throw new Unreadable("it is not the grammar of a shell", 0);
        checkGap(text, 0, root.startIndex);
        checkGap(text, root.endIndex, text.length);
        new Statements(text, {
          command: (command) => this.command(command, wrapping),
          unknown: (unknown) => this.unknown(unknown, unknown, wrapping),
        }).statements(root);
      } finally {
        tree.delete();
      }
      // A shell that runs nothing opens what it is redirected to all the same.
      if (this.segments.length === before && wrapping.redirects.length > 0)
        this.add({ ...nothingAround, words: [literalWord(":")], assignments: [], text }, wrapping);
    });
  }

  /** Takes one layer of wrapping off a command, and reads on inside. */
  private command(written: WrittenCommand, wrapping: Wrapping): void {
    const command = { ...written, input: written.input ?? wrapping.input };
    this.checkAssignments(command.assignments, command, wrapping);
    const found = unwrap(command);
    if (found.length === 0) this.add(command, wrapping);
    for (const one of found) this.found(one, command, wrapping);
  }

  private found(found: Found, command: WrittenCommand, wrapping: Wrapping): void {
    const { via, wrappers } = wrapping;
    const layer = { via: [...via, found.via], wrappers: [...wrappers, command.words] };
    switch (found.kind) {
      case "itself":
        this.add(command, wrapping);
        break;
      case "unknown":
        this.unknown(found.text, command.text, { ...wrapping, ...layer });
        break;
      case "script": {
        const redirects = [...command.redirects, ...wrapping.redirects];
        this.text(found.text, { ...layer, redirects, input: command.input });
        break;
      }
      case "command": {
        const inside = found.same ? wrapping : { ...wrapping, ...layer };
        this.checkAssignments(found.assignments, command, inside);
        // Those outside were looked at already.
        const known = command.assignments.filter(({ name }) => isHarmless(name));
        const inner = { ...command, words: found.words, assignments: known };
        this.deeper(() => this.command(inner, inside));
        break;
      }
    }
  }

  private checkAssignments(
    assignments: readonly ShellAssignment[],
    { text }: WrittenCommand,
    wrapping: Wrapping,
  ): void {
    for (const { name, value } of assignments) {
      if (!isHarmless(name)) this.unknown(`${name}=${value.text}`, text, wrapping);
    }
  }

  private add({ words, text, assignments, redirects }: WrittenCommand, wrapping: Wrapping): void {
    const { via, wrappers } = wrapping;
    this.push({ words, text, via, wrappers, assignments, redirects: [...redirects, ...wrapping.redirects] });
  }

  private unknown(word: string, text: string, { via, wrappers }: Wrapping): void {
    this.push({ words: [unknownWord(word)], text, via, wrappers, assignments: [], redirects: [] });
  }

  private push(segment: ShellSegment): void {
    if (this.segments.length >= MOST_SEGMENTS)
      throw new Unreadable(`it has more than ${MOST_SEGMENTS} commands`, 0);
    this.segments.push(segment);
  }

  private checkText(text: string): void {
    this.length += text.length;
    if (this.length > LONGEST_TEXT) throw new Unreadable(`it is longer than ${LONGEST_TEXT} characters`, 0);
    // For each the grammar looks through all that follows.
    if (text.split("<<").length > MOST_HEREDOCS)
      throw new Unreadable(`it has more than ${MOST_HEREDOCS} here-documents`, 0);
    const hidden = hiding.exec(text);
    if (hidden) throw new Unreadable("it has characters that hide what it says", hidden.index);
  }

  private deeper(read: () => void): void {
    if (this.depth >= DEEPEST) throw new Unreadable(`it is nested deeper than ${DEEPEST} commands`, 0);
    this.depth += 1;
    read();
    this.depth -= 1;
  }
}
