/** What a template may show: flat, complete, display-ready. */
export type View = Readonly<Record<string, unknown>>;
