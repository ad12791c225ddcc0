import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useObserved } from "../../live/index.ts";
import { Comments, type LineComment } from "./comments.ts";
import { messageOf } from "./message.ts";

const CommentsContext = createContext<Comments | null>(null);

/** Lets everything within it collect and send the comments on the lines of one task or conversation. */
export function CommentsOf({
  id,
  children,
}: {
  readonly id: string;
  readonly children: ReactNode;
}): ReactNode {
  const store = useMemo(() => new Comments(sessionStorage, id), [id]);
  return <CommentsContext value={store}>{children}</CommentsContext>;
}

/** The comments that are collected around here. */
export function useComments(): Comments {
  const store = useContext(CommentsContext);
  if (store === null) throw new Error("Nobody collects comments here: CommentsOf is missing.");
  return store;
}

/** What was collected and goes along with whatever is said next. */
export interface Collected {
  readonly comments: readonly LineComment[];
  /** These words and every comment, as one text. */
  readonly withWords: (words: string) => string;
  /** It was taken: what went along is collected no more. */
  readonly taken: () => void;
}

/** The comments that go along with what is said to the agent: the one place that puts them into words. */
export function useCollected(): Collected {
  const store = useComments();
  const comments = useObserved(store.all).filter(({ text }) => text !== "");
  return {
    comments,
    withWords: (words) => messageOf(comments, words),
    taken: () => store.remove(...comments.map(({ id }) => id)),
  };
}
