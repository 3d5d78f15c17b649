/** Maximum edit distance between an unknown name and the one that it probably means. */
const nearDistance = 2;

/** The known name that an unknown one probably means. */
export const findNearName = (name: string, known: readonly string[]): string | undefined =>
  known
    .map((one) => ({ one, distance: getEditDistance(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ distance }) => distance <= nearDistance)
    .sort((a, b) => a.distance - b.distance)[0]?.one;

/** The number of characters to insert, delete or replace to turn one text into the other. */
const getEditDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, character] of [...a].entries()) {
    const current = [index + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (previous[column] ?? 0) + (character === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
};
