import { Observable } from "./observable.ts";

/** Something that waits for a person. The id is another one each time it begins to wait. */
export interface WaitingThing {
  readonly id: string;
  readonly title: string;
}

/** `denied`: the browser refuses it; `unsupported`: it shows none at this address. */
export type NotesState = "on" | "off" | "denied" | "unsupported";

/** What of the browser is used. */
export interface NotePlatform {
  readonly permission: () => NotificationPermission | "unsupported";
  readonly ask: () => Promise<NotificationPermission>;
  readonly hidden: () => boolean;
  readonly show: (title: string, body: string, tag: string, onClick: () => void) => void;
  /** The choice, kept in this browser. */
  readonly keep: (on: boolean) => void;
  readonly kept: () => boolean;
}

/** Tells over the browser, once for each, what begins to wait for a person while the page is out of sight. */
export class BrowserNotes {
  readonly state: Observable<NotesState>;
  readonly #platform: NotePlatform;
  /** What is known to wait; null before the first look. */
  #known: ReadonlySet<string> | null = null;

  constructor(platform: NotePlatform) {
    this.#platform = platform;
    this.state = new Observable(this.#stateNow(platform.kept()));
  }

  /** Asks the browser for leave and remembers the choice. */
  async turnOn(): Promise<void> {
    if (this.#platform.permission() === "default") await this.#platform.ask();
    const state = this.#stateNow(true);
    this.#platform.keep(state === "on");
    this.state.set(state);
  }

  turnOff(): void {
    this.#platform.keep(false);
    this.state.set(this.#stateNow(false));
  }

  /** Takes in all that waits now; `open` leads to it. What waited at the first look is nothing new. */
  hear(waiting: readonly WaitingThing[], open: () => void): void {
    const known = this.#known;
    this.#known = new Set(waiting.map(({ id }) => id));
    if (known === null || this.state.value !== "on" || !this.#platform.hidden()) return;
    for (const { id, title } of waiting)
      if (!known.has(id)) this.#platform.show("Harness waits for you", title, id, open);
  }

  #stateNow(wanted: boolean): NotesState {
    const permission = this.#platform.permission();
    if (permission === "unsupported" || permission === "denied") return permission;
    return wanted && permission === "granted" ? "on" : "off";
  }
}

/** Where this browser keeps the choice. */
const KEY = "harness.notes";

/** The browser itself. */
export const browserPlatform: NotePlatform = {
  permission: () => ("Notification" in window ? Notification.permission : "unsupported"),
  ask: () => Notification.requestPermission(),
  hidden: () => document.visibilityState === "hidden",
  show: (title, body, tag, onClick) => {
    // With its tag, several windows of one browser tell the same thing once.
    const note = new Notification(title, { body, tag, icon: "/favicon.svg" });
    note.onclick = () => {
      window.focus();
      note.close();
      onClick();
    };
  },
  keep: (on) => (on ? localStorage.setItem(KEY, "on") : localStorage.removeItem(KEY)),
  kept: () => localStorage.getItem(KEY) === "on",
};
