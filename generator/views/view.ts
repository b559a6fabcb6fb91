/** The values of a template: flat, complete, display-ready. */
export type View = Readonly<Record<string, unknown>>;
