import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { CircleHelp, Menu as MenuIcon, Plus, Search } from "lucide-react";
import { type ReactNode, useContext, useEffect, useState } from "react";
import { CommandBar, CommandsContext, Help, useCommands } from "../commands/index.ts";
import { useLive, useObserved } from "../live/index.ts";
import { Button } from "../ui/index.ts";
import { ConnectionLine } from "./connection-line.tsx";
import { type Due, useDue, useNotes, useTitle } from "./due.ts";
import { menu } from "./screens.ts";
import { SignedOut } from "./signed-out.tsx";

/** The frame of every screen: the menu, how live the page is, the command bar and the help. */
export function Shell(): ReactNode {
  const loggedIn = useObserved(useLive().loggedIn);
  return loggedIn ? <Frame /> : <SignedOut />;
}

type Over = "commands" | "help" | "menu" | null;

function Frame(): ReactNode {
  const navigate = useNavigate();
  const [over, setOver] = useState<Over>(null);
  const due = useDue();
  useKeys();
  useTitle(due);
  useNotes(due);
  useCommands([
    { id: "help", title: "Show the keys", keys: "?", group: "Anywhere", run: () => setOver("help") },
    {
      id: "new-task",
      title: "New task",
      keys: "c",
      group: "Anywhere",
      run: () => void navigate({ to: "/ui/new" }),
    },
    ...menu.map(({ to, name, keys }) => ({
      id: `go-${name}`,
      title: `Go to ${name}`,
      keys,
      group: "Go to",
      run: () => void navigate({ to }),
    })),
  ]);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOver("commands");
    };
    document.addEventListener("keydown", open);
    return () => document.removeEventListener("keydown", open);
  }, []);
  const close = () => setOver(null);
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <header className="flex items-center gap-1 border-b bg-raised p-1 md:hidden">
        <Button
          look="quiet"
          aria-label="Menu"
          aria-expanded={over === "menu"}
          onClick={() => setOver(over === "menu" ? null : "menu")}
        >
          <MenuIcon size={18} aria-hidden />
        </Button>
        <Link to="/ui/board" className="mr-auto font-semibold">
          Harness
        </Link>
        <FrameButtons onSearch={() => setOver("commands")} onHelp={() => setOver("help")} />
      </header>
      <nav
        aria-label="Screens"
        className={`${over === "menu" ? "flex" : "hidden"} shrink-0 flex-col gap-0.5 border-r bg-raised p-2 md:sticky md:top-0 md:flex md:h-dvh md:w-44`}
      >
        <Link to="/ui/board" className="hidden items-center gap-2 px-2 py-1.5 text-lg font-semibold md:flex">
          <img src="/favicon.svg" alt="" width={20} height={20} /> Harness
        </Link>
        <div className="mb-1 hidden gap-1 md:flex">
          <FrameButtons onSearch={() => setOver("commands")} onHelp={() => setOver("help")} />
        </div>
        {menu.map(({ to, name, keys, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            onClick={close}
            title={keys}
            className="flex min-h-7 items-center gap-2 rounded px-2 text-muted hover:bg-hover hover:text-ink pointer-coarse:min-h-11 [&[aria-current]]:bg-hover [&[aria-current]]:font-medium [&[aria-current]]:text-ink"
          >
            <Icon size={15} aria-hidden />
            <span className="mr-auto">{name}</span>
            <Waits name={name} due={due} />
          </Link>
        ))}
        <ConnectionLine />
      </nav>
      <main id="main" tabIndex={-1} className="min-w-0 flex-1">
        <Outlet />
      </main>
      {over === "commands" && (
        <CommandBar
          onClose={close}
          onTask={(taskId) => void navigate({ to: "/ui/tasks/$taskId", params: { taskId } })}
        />
      )}
      {over === "help" && <Help onClose={close} />}
    </div>
  );
}

function FrameButtons({
  onSearch,
  onHelp,
}: {
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}): ReactNode {
  const navigate = useNavigate();
  return (
    <>
      <Button look="primary" aria-label="New task" keys="c" onClick={() => void navigate({ to: "/ui/new" })}>
        <Plus size={15} aria-hidden /> Task
      </Button>
      <Button look="quiet" aria-label="Commands and tasks" keys="Ctrl+K" onClick={onSearch}>
        <Search size={15} aria-hidden />
      </Button>
      <Button look="quiet" aria-label="Show the keys" keys="?" onClick={onHelp}>
        <CircleHelp size={15} aria-hidden />
      </Button>
    </>
  );
}

function Waits({ name, due }: { readonly name: string; readonly due: Due }): ReactNode {
  const n = name === "Approvals" ? due.answers : 0;
  if (n === 0) return null;
  return (
    <span className="rounded bg-answer-soft px-1.5 text-xs font-semibold text-answer">
      {n} <span className="sr-only">wait for you</span>
    </span>
  );
}

function useKeys(): void {
  const commands = useContext(CommandsContext);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]") === null && commands.press(event, performance.now()))
        event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [commands]);
}
