/**
 * Words as a shell would have to be given them, so that whoever reads the text as a shell command sees exactly these
 * words: nothing in one of them can look like an operator, a comment or another command.
 */
export function shellText(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  if (/^(?![A-Za-z_][A-Za-z0-9_]*=)[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
