import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  ["web.board", "The board groups tasks by who must act and scrolls a thousand cards."],
  ["web.board.standing", "A card tells what it needs, what its agent does now, and what is proven of it."],
  ["web.board.state", "The board also groups tasks by state, and says aloud what became of one."],
  ["web.board.phone", "On a phone the board is one column at a time; the command bar finds its tasks."],
  ["web.board.live", "An open board goes on when the server was restarted, without a reload."],
  ["web.board.keys", "Cards are reached, selected, opened and filtered by keys."],
  ["web.board.prioritize", "A card gets another priority by a key or by dragging it, seen at once."],
  [
    "web.board.actions",
    "What is selected is cancelled, retried, unblocked or landed, after a question where it must.",
  ],
  ["web.board.inert", "Text of strangers on the board and in a new task is inert."],
  ["web.board.accessible", "The board passes axe in both themes at every width."],
  ["web.first-run.story", "From an empty installation a browser adds a folder, submits a task and lands it."],
  ["web.first-run.here", "The folder a server was started in is proposed as the first project."],
  ["web.first-run.accessible", "An empty installation says how to begin and what is missing."],
  ["web.new-task", "A task is submitted in a browser with every choice a person has, files completed by @."],
  [
    "web.new-task.kept",
    "What was typed outlives a refusal and a reload; what is wrong is said at its field.",
  ],
  ["web.new-task.list", "A list of tasks is shown as it would be done before it is submitted."],
  ["web.new-task.accessible", "The page of a new task passes axe in both themes at every width."],
  ["web.new-task.base", "A task begins at the base branch it names."],
];

/** What the board, the page of a new task and the first run promise. */
export const webBoardRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
