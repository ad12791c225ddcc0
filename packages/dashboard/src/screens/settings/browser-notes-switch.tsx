import type { ReactNode } from "react";
import { useLive, useObserved } from "../../live/index.ts";
import { CheckBox, Panel } from "../../ui/index.ts";

/** Whether this browser tells when somebody must act while the page is out of sight. */
export function BrowserNotesSwitch(): ReactNode {
  const { notes } = useLive();
  const state = useObserved(notes.state);
  return (
    <Panel title="Notifications of this browser">
      <CheckBox
        label="Tell me when something waits for me"
        hint="Once for each thing that begins to wait while this page is open and out of sight."
        checked={state === "on"}
        disabled={state === "unsupported"}
        onChange={(on) => (on ? void notes.turnOn() : notes.turnOff())}
      />
      <p role="status" className="mt-2 text-sm text-muted">
        {state === "denied" &&
          "The browser refuses it for this address. Allow notifications in its settings for the site, then turn it on here."}
        {state === "unsupported" &&
          "This browser shows no notifications here: it does so over https or on the machine of the server only."}
      </p>
    </Panel>
  );
}
