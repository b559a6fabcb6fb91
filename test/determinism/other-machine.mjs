// Loaded before a run (`node --import`): another clock, other random numbers, and folders that list their files in
// another order.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const SHIFT_MS = 20 * 365.25 * 24 * 3_600_000;
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, parts) =>
    Reflect.construct(target, parts.length === 0 ? [RealDate.now() + SHIFT_MS] : parts),
  get: (target, name) =>
    name === 'now' ? () => RealDate.now() + SHIFT_MS : Reflect.get(target, name, target),
});

Math.random = () => 0.125;

/** @param {any} result */
const reverse = (result) => (Array.isArray(result) ? result.reverse() : result);
const { readdirSync } = fs;
const { readdir } = fs.promises;
/** @type {any} */ (fs).readdirSync = (/** @type {[any, any]} */ ...args) => reverse(readdirSync(...args));
/** @type {any} */ (fs.promises).readdir = async (/** @type {[any, any]} */ ...args) =>
  reverse(await readdir(...args));
syncBuiltinESMExports();
