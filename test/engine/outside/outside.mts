import type { Outside } from './Environment.mts';

/** See there. */
export const { outside } = globalThis as unknown as { outside: Outside };
