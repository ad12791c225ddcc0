import "./style.css";
import { createRoot } from "react-dom/client";
import { z } from "zod";
import { App, createAppRouter } from "./app/index.ts";
import { Commands } from "./commands/index.ts";
import { Live } from "./live/index.ts";

// The security policy lets no text become code; checks are made without.
z.config({ jitless: true });

// The page talks to where it came from and to nobody else: no address names another server.
const live = new Live(location.origin);
createRoot(document.getElementById("root")!).render(
  <App live={live} commands={new Commands()} router={createAppRouter()} />,
);
