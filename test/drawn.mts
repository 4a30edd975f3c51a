import fc from 'fast-check';

/** Whether this is `npm run test:long`, which draws many cases, and others each time. */
export const isLong = process.env.LONG_TESTS === '1';

/** How many cases to draw: few in `npm test`, which are the same each time; many in `npm run test:long`. */
export const draws = (few: number, many: number): { numRuns: number } => ({ numRuns: isLong ? many : few });

/**
 * What was red once can be red again: `npm run test:long` prints its seed, and `SEED=… npm run test:long` draws the same. Of a case that does not
 * hold, fast-check tells the seed as well.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.SEED ?? 20_261_124) });

export default fc;
