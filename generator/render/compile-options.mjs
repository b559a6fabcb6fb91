// Plain JavaScript: the build of the bundle uses it (generator/start/precompile.mjs).

/**
 * A template can use only members of its view and the helpers below. No escapes: HCL is not HTML.
 * @type {CompileOptions}
 */
export const COMPILE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: { hcl: true, attributes: true, yaml: true },
};
