export { CommitMark } from "./commit-mark.tsx";
export { LineLink } from "./line-link.tsx";
