// Colours on a terminal, by role.

type Role = 'error' | 'warning' | 'place' | 'message' | 'gutter' | 'label';

/** Wraps a text in the colour codes of its role. */
export type Paint = (role: Role, text: string) => string;

const RESET = '\u001b[0m';
const STYLES: Readonly<Record<Role, string>> = {
  error: '\u001b[1;31m',
  warning: '\u001b[1;33m',
  place: '\u001b[2m',
  message: '\u001b[1m',
  gutter: '\u001b[34m',
  label: '\u001b[36m',
};

export const plain: Paint = (_role, text) => text;

export const withAnsi: Paint = (role, text) => (text === '' ? '' : `${STYLES[role]}${text}${RESET}`);
