export { ChangesView } from "./changes-view.tsx";
