import fc from 'fast-check';

/**
 * `npm test` tries the same cases each time, so that it tells what a change broke and nothing else. `npm run proof`
 * sets another seed and goes looking; a failure prints the seed, to be given here.
 */
fc.configureGlobal({ seed: Number(process.env.CARECAMPAIGN_SEED ?? 20_261_124) });
