export { changedWish, draftOf, type SettingsDraft, type SettingsWish, wishOf } from "./draft.ts";
export { SettingsFields, settingFields } from "./settings-fields.tsx";
