/** Random numbers that are the same for the same seed, each at least 0 and below 1. */
export type Random = () => number;

/** The generator sfc32 by Chris Doty-Humphrey (PractRand), which passes its author's statistical tests. */
export const createRandom = (seed: number): Random => {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 15; warmUp += 1) next();
  return next;
};

/** Intervals of a Poisson process, with the given mean. */
export const nextInterval = (random: Random, mean: number): number => -mean * Math.log(1 - random());

/** Shares of a Zipf distribution: the item of rank k is requested in proportion to 1 / k^exponent. */
export const zipfShares = (items: number, exponent: number): Float64Array => {
  const shares = Float64Array.from({ length: items }, (_, index) => (index + 1) ** -exponent);
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
};

/** Draws item numbers from 0 with the given shares. */
export const createSampler = (shares: Float64Array): ((random: Random) => number) => {
  const cumulative = new Float64Array(shares.length);
  let sum = 0;
  for (const [index, share] of shares.entries()) {
    sum += share;
    cumulative[index] = sum;
  }
  return (random) => {
    const wanted = random() * sum;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
};
