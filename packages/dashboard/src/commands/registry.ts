import { Observable } from "../live/index.ts";

/** Something a person can do here and now, by key or by name. */
export interface Command {
  readonly id: string;
  /** As the command bar and the help show it. */
  readonly title: string;
  /** One key (`c`, `?`, `Shift+J`), or two pressed within half a second (`g b`); none: by name only. */
  readonly keys?: string;
  /** Under which heading the help lists it. */
  readonly group: string;
  readonly run: () => void;
}

/** The longest time between the two keys of a chord. */
const CHORD_MS = 500;

/**
 * The commands that apply now: whoever is on the screen brings its own and takes them away with it. Of two with the same
 * keys the one that came last is meant.
 */
export class Commands {
  readonly all = new Observable<readonly Command[]>([]);
  #first: { key: string; at: number } | undefined;

  /** Adds commands; answers how to take them away again. */
  add(commands: readonly Command[]): () => void {
    this.all.set([...this.all.value, ...commands]);
    return () => this.all.set(this.all.value.filter((one) => !commands.includes(one)));
  }

  /** Runs what a key means; true when it meant something. */
  press(event: KeyboardEvent, now: number): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return false;
    const key = nameOf(event);
    const first = this.#first;
    this.#first = undefined;
    const chord = first && now - first.at <= CHORD_MS ? this.#find(`${first.key} ${key}`) : undefined;
    const command = chord ?? this.#find(key);
    if (command) {
      command.run();
      return true;
    }
    if (this.all.value.some(({ keys }) => keys?.startsWith(`${key} `))) {
      this.#first = { key, at: now };
      return true;
    }
    return false;
  }

  #find(keys: string): Command | undefined {
    return this.all.value.findLast((command) => command.keys === keys);
  }
}

/** `J` pressed with Shift is `Shift+J`; a sign such as `?` is itself, however it is typed. */
function nameOf({ key, shiftKey }: KeyboardEvent): string {
  if (!/^[a-z]$/i.test(key)) return key;
  return shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
}

/** Keys that are written somewhere are no commands; nor are those of an open dialog's fields. */
function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}
