export { AskBox } from "./ask-box.tsx";
export { useAsk } from "./use-ask.ts";
