import fc from 'fast-check';

/**
 * Whatever tests draw is the same each time, so that what was red once can be red again. `SEED=5 npx jest …` draws otherwise; of a
 * case that does not hold, fast-check tells the seed.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.SEED ?? 20_261_124) });

export default fc;
