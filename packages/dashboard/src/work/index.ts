export { AgentName, ChangeSize, EvidenceMark, ReviewMark, StatusBadge, UsageText } from "./marks.tsx";
export {
  isOver,
  isRunning,
  type Standing,
  standingOf,
  standings,
  standingWords,
  statusWord,
  toneOf,
} from "./standing.ts";
