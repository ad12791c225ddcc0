export { type DetectedProject, detectProject } from "./detect.ts";
export {
  approveProjectFile,
  defaultProject,
  deleteProject,
  fileState,
  findProject,
  getProject,
  listProjects,
  type ProjectDraft,
  type ProjectRecord,
  recordProjectFile,
  saveProject,
  toProject,
  updateProject,
} from "./project-store.ts";
