export { type Anchor, anchorKey } from "./anchor.ts";
export { CollectedBadge, CommentList, GoesAlong } from "./comment-list.tsx";
export type { Comments, LineComment, LineMove } from "./comments.ts";
export { type Collected, CommentsOf, useCollected, useComments } from "./comments-context.tsx";
