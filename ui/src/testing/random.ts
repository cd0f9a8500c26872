// A seeded stream of numbers in [0, 1): the same shop every time (Park and Miller's minimal standard generator).

export function random(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
