import { styleText } from "node:util";
import type { Output } from "../surroundings.ts";
import { neutralBlock, neutralJson, neutralLine } from "./neutral.ts";

/** Colours by what they say: amber waits for a person, red is broken, cyan is at work, green is done. */
export type Tone = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta";

/** One column of a table. `tone` paints the cell on a terminal. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  readonly tone?: (row: Row) => Tone | undefined;
  /** May be cut on a narrow terminal. */
  readonly elastic?: true;
  readonly alignRight?: true;
}

/** Writes for people on a terminal (aligned, coloured) and for programs otherwise (tab-separated, plain). */
export class Screen {
  readonly #out: Output;
  readonly #colour: boolean;

  constructor(out: Output, env: Readonly<Record<string, string | undefined>>) {
    this.#out = out;
    const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
    const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
    this.#colour = !refused && (out.isTTY === true || forced);
  }

  /** A screen like this one that shows nothing. */
  muted(): Screen {
    return new Screen({ write: () => true }, {});
  }

  get isTerminal(): boolean {
    return this.#out.isTTY === true;
  }

  get width(): number {
    return Math.max(this.#out.columns ?? 100, 40);
  }

  /** Paints text when colours are on; the text must be ours or neutral. */
  paint(tone: Tone | undefined, text: string): string {
    return tone === undefined || !this.#colour ? text : styleText(tone, text, { validateStream: false });
  }

  /** One line of our own making. */
  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  /** A text of others as it is; neutral on a terminal, byte for byte when piped. */
  block(text: string): void {
    const shown = this.isTerminal ? neutralBlock(text) : text;
    this.#out.write(shown.endsWith("\n") || shown === "" ? shown : `${shown}\n`);
  }

  /** A piece of a text of others, as it comes; its line goes on. */
  piece(text: string): void {
    this.#out.write(this.isTerminal ? neutralBlock(text) : text);
  }

  json(value: unknown): void {
    this.#out.write(`${neutralJson(value, this.isTerminal ? 2 : undefined)}\n`);
  }

  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
    const cells = rows.map((row) => columns.map((column) => neutralLine(column.cell(row))));
    if (!this.isTerminal) {
      for (const row of cells) this.line(row.join("\t"));
      return;
    }
    const widths = this.#widths(columns, cells);
    const heads = columns.map((column, at) => column.head.padEnd(widths[at] ?? 0));
    this.line(this.paint("dim", heads.join("  ").trimEnd()));
    for (const [index, row] of cells.entries()) {
      const shown = row.map((cell, at) => {
        const column = columns[at] as Column<Row>;
        const width = widths[at] ?? 0;
        const short = cell.length > width ? `${cell.slice(0, Math.max(width - 1, 0))}…` : cell;
        const padded = column.alignRight ? short.padStart(width) : short.padEnd(width);
        return this.paint(column.tone?.(rows[index] as Row), padded);
      });
      this.line(shown.join("  ").trimEnd());
    }
  }

  /** Name and value, one a line; values that are null or empty are left out. */
  facts(entries: readonly (readonly [name: string, value: string | null | undefined, tone?: Tone])[]): void {
    const shown = entries
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value, tone]) => [neutralLine(name), value, tone] as const);
    const width = Math.max(...shown.map(([name]) => name.length), 0);
    for (const [name, value, tone] of shown) {
      const text = neutralLine(value ?? "");
      if (this.isTerminal) this.line(`${this.paint("dim", name.padEnd(width))}  ${this.paint(tone, text)}`);
      else this.line(`${name}\t${text}`);
    }
  }

  #widths<Row>(columns: readonly Column<Row>[], cells: readonly (readonly string[])[]): number[] {
    const widths = columns.map((column, at) =>
      Math.max(column.head.length, ...cells.map((row) => row[at]?.length ?? 0)),
    );
    const total = widths.reduce((sum, width) => sum + width + 2, -2);
    const elastic = columns.findIndex((column) => column.elastic);
    if (total > this.width && elastic >= 0)
      widths[elastic] = Math.max((widths[elastic] ?? 0) - (total - this.width), 12);
    return widths;
  }
}
