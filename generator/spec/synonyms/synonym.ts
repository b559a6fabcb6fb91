/** Words of other tools, of the AWS console and of everyday speech for settings of the spec. */
export interface Synonym {
  /** The key under which the words apply, `top` for the top level; anywhere if absent. */
  readonly under?: string;
  /** Compared without case and separators. */
  readonly words: readonly string[];
  /** The settings that the words mean, relative to `defaults` or an environment. */
  readonly settings?: readonly string[];
  /** The words mean all of the settings, not one of them. */
  readonly isAll?: true;
  /** Advice if there is no such setting, or several. */
  readonly advice?: string;
}
