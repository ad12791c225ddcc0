export { jsonIn, type ParsedAnswer, parseAnswer, reviewAnswerSchema } from "./answer.ts";
export {
  type Author,
  type Candidate,
  chooseReviewer,
  type ReviewerChoice,
  type ReviewerWish,
} from "./choose-reviewer.ts";
export { type ReviewBrief, reviewPrompt } from "./prompt.ts";
export { recordReview, reviewsOf } from "./review-store.ts";
