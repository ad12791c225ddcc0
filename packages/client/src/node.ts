export { discover, type Found, unaddressedServer } from "./discover.ts";
