export { ChangeViewer } from "./change-viewer.tsx";
