/** What a prompt asks: the person's own words, and whether it carries more than they said. */
export interface Asked {
  readonly words: string;
  /** True when more is asked than the words say: findings, failed checks, guidance, work that was begun. */
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
  const ours = prompt.replace(new RegExp(`^<data-${nonce} name=[\\s\\S]*?^</data-${nonce}>$`, "gm"), "");
  const follow_up =
    prompt.includes(`\n<data-${nonce} name="guidance `) ||
    /^(?:An earlier (?:attempt|try)|The branch it should land in has moved)/m.test(ours) ||
    !/^Role: implementer\n/.test(head) ||
    /^Validation: failed$/m.test(head) ||
    /^Review: changes_requested$/m.test(head);
  return { words: words.trim(), follow_up };
}
