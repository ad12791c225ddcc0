import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  stringifySearchWith,
} from "@tanstack/react-router";
import { BrokenScreen } from "./broken-screen.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell });

/** Words in the address of the list screens, all optional: filters are links. */
function words<K extends string>(...names: readonly K[]) {
  return (search: Record<string, unknown>): { readonly [key in K]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const word = search[name];
        // A line or a seq in an address is read as a number.
        const text = typeof word === "number" ? String(word) : word;
        return typeof text === "string" && text !== "" ? [[name, text]] : [];
      }),
    ) as { readonly [key in K]?: string };
}

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/ui/board", replace: true });
  },
});
const ui = createRoute({
  getParentRoute: () => root,
  path: "/ui",
  beforeLoad: () => {
    throw redirect({ to: "/ui/board", replace: true });
  },
});
const board = createRoute({
  getParentRoute: () => root,
  path: "/ui/board",
  validateSearch: words("by", "project", "q"),
  component: lazyRouteComponent(() => import("../screens/board/index.ts"), "BoardScreen"),
});
const task = createRoute({
  getParentRoute: () => root,
  path: "/ui/tasks/$taskId",
  // tab: what is shown; turn, item: where in the conversation; since, file, line, at: from where on, and where in the change of which commit.
  validateSearch: words("tab", "turn", "item", "since", "file", "line", "at"),
  component: lazyRouteComponent(() => import("../screens/task/index.ts"), "TaskScreen"),
});
const conversations = createRoute({
  getParentRoute: () => root,
  path: "/ui/conversations",
  validateSearch: words("project", "q"),
  component: lazyRouteComponent(() => import("../screens/conversations/index.ts"), "ConversationsScreen"),
});
const conversation = createRoute({
  getParentRoute: () => root,
  path: "/ui/conversations/$threadId",
  validateSearch: words("turn", "item", "since", "file", "line", "at"),
  component: lazyRouteComponent(() => import("../screens/conversation/index.ts"), "ConversationScreen"),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: "/ui/inbox",
  validateSearch: words("status", "id"),
  component: lazyRouteComponent(() => import("../screens/inbox/index.ts"), "InboxScreen"),
});
const problems = createRoute({
  getParentRoute: () => root,
  path: "/ui/problems",
  component: lazyRouteComponent(() => import("../screens/problems/index.ts"), "ProblemsScreen"),
});
const queue = createRoute({
  getParentRoute: () => root,
  path: "/ui/queue",
  validateSearch: words("project"),
  component: lazyRouteComponent(() => import("../screens/queue/index.ts"), "QueueScreen"),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/ui/runs",
  validateSearch: words("q", "status", "project", "agent", "rating", "since"),
  component: lazyRouteComponent(() => import("../screens/runs/index.ts"), "RunsScreen"),
});
const projects = createRoute({
  getParentRoute: () => root,
  path: "/ui/projects",
  component: lazyRouteComponent(() => import("../screens/projects/index.ts"), "ProjectsScreen"),
});
const project = createRoute({
  getParentRoute: () => root,
  path: "/ui/projects/$projectId",
  validateSearch: words("tab"),
  component: lazyRouteComponent(() => import("../screens/project/index.ts"), "ProjectScreen"),
});
const agents = createRoute({
  getParentRoute: () => root,
  path: "/ui/agents",
  component: lazyRouteComponent(() => import("../screens/agents/index.ts"), "AgentsScreen"),
});
const cost = createRoute({
  getParentRoute: () => root,
  path: "/ui/cost",
  validateSearch: words("by", "days"),
  component: lazyRouteComponent(() => import("../screens/cost/index.ts"), "CostScreen"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/ui/settings",
  component: lazyRouteComponent(() => import("../screens/settings/index.ts"), "SettingsScreen"),
});
const operations = createRoute({
  getParentRoute: () => root,
  path: "/ui/operations",
  // The plots: of which project, and of how many days.
  validateSearch: words("project", "days"),
  component: lazyRouteComponent(() => import("../screens/operations/index.ts"), "OperationsScreen"),
});
const reports = createRoute({
  getParentRoute: () => root,
  path: "/ui/reports",
  validateSearch: words("id"),
  component: lazyRouteComponent(() => import("../screens/reports/index.ts"), "ReportsScreen"),
});
const newTask = createRoute({
  getParentRoute: () => root,
  path: "/ui/new",
  validateSearch: words("project", "prompt", "depends_on"),
  component: lazyRouteComponent(() => import("../screens/new-task/index.ts"), "NewTaskScreen"),
});

const tree = root.addChildren([
  home,
  ui,
  board,
  task,
  conversations,
  conversation,
  inbox,
  problems,
  queue,
  runs,
  projects,
  project,
  agents,
  cost,
  settings,
  operations,
  reports,
  newTask,
]);

/** The router of the page: every screen has an address that can be sent to somebody. */
export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    // Words stand in the address as they are, not as JSON.
    stringifySearch: stringifySearchWith(JSON.stringify),
    defaultErrorComponent: BrokenScreen,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
