import type { LucideIcon } from "lucide-react";
import {
  Activity,
  Bot,
  CircleDollarSign,
  FileText,
  FolderGit2,
  History,
  Inbox,
  ListOrdered,
  MessagesSquare,
  Settings,
  SquareKanban,
  TriangleAlert,
} from "lucide-react";

/** The screens of the menu, in the order people need them; `keys` opens one from anywhere. */
export const menu = [
  { to: "/ui/board", name: "Board", keys: "g b", icon: SquareKanban },
  { to: "/ui/inbox", name: "Approvals", keys: "g a", icon: Inbox },
  { to: "/ui/problems", name: "Problems", keys: "g p", icon: TriangleAlert },
  { to: "/ui/queue", name: "Queue", keys: "g q", icon: ListOrdered },
  { to: "/ui/runs", name: "Runs", keys: "g r", icon: History },
  { to: "/ui/conversations", name: "Conversations", keys: "g t", icon: MessagesSquare },
  { to: "/ui/projects", name: "Projects", keys: "g j", icon: FolderGit2 },
  { to: "/ui/agents", name: "Agents", keys: "g n", icon: Bot },
  { to: "/ui/cost", name: "Cost", keys: "g c", icon: CircleDollarSign },
  { to: "/ui/operations", name: "Operations", keys: "g o", icon: Activity },
  { to: "/ui/reports", name: "Reports", keys: "g e", icon: FileText },
  { to: "/ui/settings", name: "Settings", keys: "g s", icon: Settings },
] as const satisfies readonly { to: string; name: string; keys: string; icon: LucideIcon }[];
