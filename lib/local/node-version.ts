/** The lowest version of Node.js that has everything the commands and the sandbox need, as in package.json. */
const lowestVersion = [22, 15] as const;

/** @throws Error if this process runs an older version */
export const checkNodeVersion = (): void => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [lowestMajor, lowestMinor] = lowestVersion;
  if (major > lowestMajor || (major === lowestMajor && minor >= lowestMinor)) return;
  throw new Error(`Node.js ${process.version} is too old. Use Node.js ${lowestVersion.join('.')} or later.`);
};
