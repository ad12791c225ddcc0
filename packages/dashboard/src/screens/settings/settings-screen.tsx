import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";
import { About } from "./about.tsx";
import { Appearance } from "./appearance.tsx";
import { BrowserLogin } from "./browser-login.tsx";
import { BrowserNotesSwitch } from "./browser-notes-switch.tsx";
import { ServerNotifications } from "./server-notifications.tsx";
import { Tokens } from "./tokens.tsx";

/** How this browser looks and tells, who is let in, and what this server is. */
export function SettingsScreen(): ReactNode {
  return (
    <Screen title="Settings">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Appearance />
          <BrowserNotesSwitch />
          <BrowserLogin />
          <About />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Tokens />
          <ServerNotifications />
        </div>
      </div>
    </Screen>
  );
}
