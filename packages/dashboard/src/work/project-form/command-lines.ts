/** A command as a line a person reads and writes: words with blanks or quotes in them stand in quotes. */
export function lineOf(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[^\s"'\\]+$/.test(word) ? word : `"${word.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`))
    .join(" ");
}

/** A word of a line: plain letters, and what stands in quotes. */
const WORD = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*'|["'\\])+/g;

/** The words of a line. Quotes keep blanks together, as a shell reads them; nothing else means anything. */
export function wordsOf(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) =>
    word.replace(/"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/g, (all, double, single, escaped) => {
      if (double !== undefined) return String(double).replace(/\\([\\"])/g, "$1");
      return String(single ?? escaped ?? all);
    }),
  );
}

/** The lines of a field that say something. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
