/** The page that explains every failure code: where the `type` of the sandbox's problem details leads. */
import {
  type Actor,
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../../functions/verify-number/core/failures.ts';
import { failureGuide } from '../../reference/failure-guide.ts';
import { createSampleProblem } from '../../reference/openapi-responses.ts';

const actors: readonly Actor[] = ['caller', 'tenant', 'operator', 'Kaleyra'];

/**
 * Creates the page, as HTML.
 * @param url the page's own address, which the samples contain
 */
export const formatProblemTypesPage = (url: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Failure codes: WhatsApp number verification</title>
    <link rel="icon" type="image/svg+xml" href="/console/icon.svg">
    <link rel="stylesheet" href="/console/style.css">
  </head>
  <body class="problem-types">
    <header class="line padded ruled">
      <a class="line" href="/"><img src="/console/icon.svg" alt="" width="22" height="22">Number verification <span class="muted">sandbox</span></a>
      <a href="/">Console</a>
      <a href="/openapi.json">OpenAPI</a>
    </header>
    <div>
      <nav class="columns padded" aria-label="Failure codes">
        ${actors.map(toList).join('\n        ')}
      </nav>
      <main>
        <h1 class="padded">Failure codes</h1>
        <p class="padded">Decide by <code>code</code>. In Lambda and Step Functions it is the name of the error.</p>
        ${failureCodes.map((code) => toSection(code, url)).join('\n        ')}
      </main>
    </div>
  </body>
</html>
`;

const toList = (actor: Actor): string => {
  const codes = failureCodes.filter((code) => getDefinition(code).actor === actor);
  const items = codes.map((code) => `<li><a href="#${toAnchor(code)}">${code}</a></li>`);
  return `<section><h2>${capitalize(actor)} acts</h2><ul>${items.join('')}</ul></section>`;
};

const toSection = (code: FailureCode, url: string): string => {
  const { status, title, actor, retryable, passwordChecked, retryAfterSeconds } = getDefinition(code);
  const { meaning, remedy, retry } = failureGuide[code];
  const wait = retryAfterSeconds === undefined ? '' : ` The default is ${retryAfterSeconds} s.`;
  const sample = { ...createSampleProblem(code), type: `${url}#${toAnchor(code)}` };
  return `<article id="${toAnchor(code)}" class="stack padded" aria-labelledby="${toAnchor(code)}-title">
          <h2 id="${toAnchor(code)}-title"><a href="#${toAnchor(code)}">${code}</a> <span class="muted">${escapeHtml(title)}, HTTP ${status}</span></h2>
          <p>${toHtml(meaning)}</p>
          <dl class="columns">
            <div><dt class="muted">${capitalize(actor)} acts</dt><dd>${toHtml(remedy)}</dd></div>
            <div><dt class="muted">Retry</dt><dd>${toHtml(retry + wait)}</dd></div>
            <div><dt class="muted">Retryable</dt><dd>${retryable ? 'yes' : 'no'}</dd></div>
            <div><dt class="muted">Password checked</dt><dd>${passwordChecked}</dd></div>
          </dl>
          <pre class="code sunken padded" role="region" tabindex="0" aria-label="Sample of ${code}">${escapeHtml(JSON.stringify(sample, null, 2))}</pre>
          <p><a href="/#${code}">Try it in the console</a></p>
        </article>`;
};

const toAnchor = (code: FailureCode): string => code.toLowerCase();

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

/** Text whose code is in backticks. */
const toHtml = (text: string): string => escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>');
