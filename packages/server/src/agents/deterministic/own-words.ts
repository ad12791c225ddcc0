/** What a prompt asks: the person's own words, and whether it carries more than they said. */
export interface Asked {
  readonly words: string;
  /** True when findings or failed checks of earlier work are to be answered: the words alone are not the request. */
  readonly follow_up: boolean;
}

const TASK = /^Task: .*\n<data-([0-9a-z]+) name="task">\n/m;

/**
 * Finds the person's own words in a prompt. A prompt of a task is ours and wraps them in a fence with a nonce; the
 * newest revision counts. Every other prompt is the person's words as they are.
 */
export function ownWords(prompt: string): Asked {
  const opened = /^Role: \w+\n/.test(prompt) ? TASK.exec(prompt) : null;
  if (opened === null) return { words: prompt.trim(), follow_up: false };
  const nonce = opened[1] ?? "";
  const fence = new RegExp(
    `^<data-${nonce} name="(?:task|revision \\d+)">\\n([\\s\\S]*?)\\n</data-${nonce}>$`,
    "gm",
  );
  const head = prompt.slice(0, opened.index);
  const words = [...prompt.matchAll(fence)].at(-1)?.[1] ?? "";
  const follow_up =
    !/^Role: implementer\n/.test(head) ||
    /^Validation: failed$/m.test(head) ||
    /^Review: changes_requested$/m.test(head);
  return { words: words.trim(), follow_up };
}
