/** Words that are syntax when they stand first; as the name of a command they were misread. */
const reserved =
  /^(?:if|then|else|elif|fi|case|esac|for|select|while|until|do|done|in|function|\{|\}|!|\[\[|\]\]|coproc|foreach|end)$/;

/** Whether a word is syntax where a command may stand. */
export function isReserved(word: string): boolean {
  return reserved.test(word);
}
