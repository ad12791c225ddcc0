export { type DetectedProject, detectProject } from "./detect.ts";
export { matchPaths } from "./match-paths.ts";
export {
  approvedRules,
  approveProjectFile,
  defaultProject,
  deleteProject,
  fileState,
  findProject,
  getProject,
  listProjects,
  PROJECT_RULES_FILE,
  type ProjectDraft,
  type ProjectFiles,
  type ProjectRecord,
  recordProjectFile,
  saveProject,
  toProject,
  updateProject,
} from "./project-store.ts";
