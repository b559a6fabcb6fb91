// The paths that the writer may change. A manifest comes from a repository, so its paths are untrusted input.

/** The record of the last generation, relative to the output directory. */
export const RECORD_PATH = '.sonotheia-stacks.json';
/** The manifest, relative to the output directory. */
export const MANIFEST_PATH = '.sonotheia-manifest.json';
/** Staging folder; exists only during a write. */
export const STAGING_FOLDER = '.sonotheia-staging';
/** Lock folder; exists only during a write. */
export const LOCK_FOLDER = '.sonotheia-lock';

const TERRAFORM_OWN =
  /(?:^|\/)(?:\.terraform|terraform\.tfstate\.d)(?:\/|$)|(?:^|\/)\.terraform\.lock\.hcl$|\.tfstate(?:\.|$)/i;
// Characters that Windows forbids in names, and that terminals or git show differently.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters.
const UNSAFE_CHARACTERS = /[\u0000-\u001f\u007f\\:*?"<>|]/;

/** Why a path must not be written or deleted; undefined if it may. */
export function findPathProblem(path: string): string | undefined {
  if (path === '' || path.startsWith('/')) return 'is not relative to the output directory';
  const segments = path.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'has an empty, "." or ".." segment';
  }
  if (UNSAFE_CHARACTERS.test(path)) return 'has a character that some file systems do not allow';
  if (TERRAFORM_OWN.test(path)) return "is one of Terraform's own files";
  if (path !== RECORD_PATH && /^\.sonotheia-/i.test(path)) return "is one of the generator's own files";
  return undefined;
}

/** `a/b/c.tf` -> `a`, `a/b`. */
export function listParents(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}
