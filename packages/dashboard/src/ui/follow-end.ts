import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** How something that grows keeps its end in sight. */
export interface FollowedEnd {
  /** What is scrolled. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  /** True until somebody scrolls away from the end. */
  readonly following: boolean;
  /** Goes to the end and follows it. */
  readonly follow: () => void;
  /** Follows it no more, such as to show something else. */
  readonly leave: () => void;
}

/** This near to the end is at it (pixels). */
const NEAR_END = 40;
/** Less than this is no scrolling of a person (pixels). */
const MOVED = 4;

/**
 * Keeps the end of a list in sight while it grows, however it grows: only scrolling up ends that, and coming back to
 * the end begins it again. A list that became shorter moved by itself, and nobody scrolled.
 */
export function useFollowedEnd(atFirst = true): FollowedEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const last = useRef({ top: 0, height: 0 });
  const [following, setFollowing] = useState(atFirst);
  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    last.current = { top: element.scrollTop, height: element.scrollHeight };
  }, []);
  useLayoutEffect(() => {
    if (following) toEnd();
  });
  const onScroll = () => {
    const { scrollTop: top, scrollHeight: height, clientHeight } = scroller.current!;
    const before = last.current;
    last.current = { top, height };
    if (height - top - clientHeight < NEAR_END) setFollowing(true);
    else if (top < before.top - MOVED && height >= before.height) setFollowing(false);
  };
  const follow = useCallback(() => {
    setFollowing(true);
    toEnd();
  }, [toEnd]);
  const leave = useCallback(() => setFollowing(false), []);
  return { scroller, onScroll, following, follow, leave };
}
