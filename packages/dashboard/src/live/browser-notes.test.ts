import { describe, expect, it } from "vitest";
import { BrowserNotes, type NotePlatform } from "./browser-notes.ts";

/** A browser that writes down what it is made to show. */
function fakeBrowser(answer: NotificationPermission = "granted") {
  const shown: string[] = [];
  const clicks: (() => void)[] = [];
  const state = {
    permission: "default" as ReturnType<NotePlatform["permission"]>,
    hidden: true,
    kept: false,
  };
  const platform: NotePlatform = {
    permission: () => state.permission,
    ask: async () => {
      state.permission = answer;
      return answer;
    },
    hidden: () => state.hidden,
    show: (_title, body, _tag, onClick) => {
      shown.push(body);
      clicks.push(onClick);
    },
    keep: (on) => {
      state.kept = on;
    },
    kept: () => state.kept,
  };
  return { state, shown, clicks, platform };
}

const a = { id: "a", title: "Mend the sum" };
const b = { id: "b", title: "Write it down" };
const nowhere = () => {};

describe("notifications of the browser", () => {
  it("tell once of each thing that begins to wait out of sight [req:web.notes]", async () => {
    const { state, shown, clicks, platform } = fakeBrowser();
    const notes = new BrowserNotes(platform);
    await notes.turnOn();
    expect([notes.state.value, state.kept]).toEqual(["on", true]);
    let opened = 0;
    notes.hear([a], nowhere);
    notes.hear([a, b], () => {
      opened += 1;
    });
    notes.hear([a, b], nowhere);
    expect(shown).toEqual(["Write it down"]);
    clicks[0]?.();
    expect(opened).toBe(1);
    // It was answered, and asks something else.
    notes.hear([a], nowhere);
    notes.hear([a, { ...b, id: "b again" }], nowhere);
    expect(shown).toEqual(["Write it down", "Write it down"]);
  });

  it("tell nothing of what was seen, and nothing unless wanted [req:web.notes]", async () => {
    const { state, shown, platform } = fakeBrowser();
    const notes = new BrowserNotes(platform);
    notes.hear([], nowhere);
    notes.hear([a], nowhere);
    await notes.turnOn();
    state.hidden = false;
    notes.hear([a, b], nowhere);
    state.hidden = true;
    notes.hear([a, b], nowhere);
    notes.turnOff();
    notes.hear([a, b, { id: "c", title: "More" }], nowhere);
    expect(shown).toEqual([]);
    expect(state.kept).toBe(false);
  });

  it("are off where the browser refuses them", async () => {
    const { state, platform } = fakeBrowser("denied");
    const notes = new BrowserNotes(platform);
    await notes.turnOn();
    expect([notes.state.value, state.kept]).toEqual(["denied", false]);
    state.permission = "unsupported";
    expect(new BrowserNotes(platform).state.value).toBe("unsupported");
  });
});
