/** How a user starts the sandbox: from a checkout of this repository, or from the installed package. */
export const sandboxCommand = import.meta.url.includes('/node_modules/')
  ? 'npx kaleyra-number-verification sandbox'
  : 'npm start --';
