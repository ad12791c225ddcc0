import { readFile } from "node:fs/promises";
import type { Tree, Parser as TreeParser } from "web-tree-sitter";
import { grammarFiles } from "./grammar-files.ts";
import { Unreadable } from "./unreadable.ts";

/** How often the parser may report on its way; 500 commands in a row take some 500 reports, tangled texts millions. */
const MOST_STEPS = 600;

/** Turns a text into a syntax tree the caller must free. */
export type Parse = (text: string) => Tree;

/** Loads tree-sitter and its bash grammar (some 20 ms and 10 MB), for as long as the answer is kept. */
export async function loadParser(): Promise<Parse> {
  const files = grammarFiles();
  const { Language, Parser } = await import("web-tree-sitter");
  const [engine, grammar] = await Promise.all([readFile(files.engine), readFile(files.grammar)]);
  await Parser.init({ wasmBinary: engine });
  const parser: TreeParser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (text) => {
    let steps = 0;
    const tree = parser.parse(text, null, { progressCallback: () => ++steps > MOST_STEPS });
    if (tree) return tree;
    parser.reset();
    throw new Unreadable("it is too tangled to be read in time", 0);
  };
}
