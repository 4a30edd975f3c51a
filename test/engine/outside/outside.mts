import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Outside } from './Environment.mts';

const { outside: ofJest } = globalThis as unknown as { outside?: Outside };

/** What test files share; of a command that runs without Jest, its own modules. */
export const outside = (ofJest ?? { createRequire, require: createRequire(join(process.cwd(), 'package.json')) }) as Outside;
