export { discover, type Found } from "./discover.ts";
