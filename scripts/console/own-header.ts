/** Every POST has it: only a script of the same origin can send it without a preflight, which no route answers. */
export const OWN_HEADER = 'x-sonotheia-console';
