import type { GitIdentity, GitRunner } from "../git/index.ts";
import { type Branches, readBranches } from "./branches.ts";
import { openRepository } from "./repository.ts";
import { type RepositorySeed, seedRepository } from "./seed-repository.ts";

/** The repositories of the user, apart from the work in them. */
export class UserRepositories {
  readonly #git: GitRunner;
  readonly #signature: () => GitIdentity;

  constructor(git: GitRunner, signature: () => GitIdentity) {
    this.#git = git;
    this.#signature = signature;
  }

  /** Makes one out of the files of a folder, unless something is there. */
  seed(spec: Omit<RepositorySeed, "identity">): Promise<void> {
    return seedRepository(this.#git, { ...spec, identity: this.#signature() });
  }

  /** Its local branches, newest first, at most so many. Throws `not_a_repository`. */
  async branches(root: string, most: number): Promise<Branches> {
    return readBranches(this.#git, await openRepository(root), most);
  }
}
