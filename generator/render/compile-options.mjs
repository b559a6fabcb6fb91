// Plain JavaScript: the bundle is made with it (generator/start/precompile.mjs).

/**
 * A template can name only what its view has, and only the helpers below; HCL is not HTML.
 * @type {CompileOptions}
 */
export const COMPILE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: { hcl: true, attributes: true, yaml: true },
};
