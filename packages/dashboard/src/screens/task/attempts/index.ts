export { AttemptsView } from "./attempts-view.tsx";
