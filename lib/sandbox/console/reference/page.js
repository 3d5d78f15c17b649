/* Runs in the browser: shows the sandbox's description in Swagger UI, ready to be tried. */

const dark = matchMedia('(prefers-color-scheme: dark)');
const followScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followScheme);
followScheme();

/** A Swagger UI plugin: puts examples that are labelled as choices on the page as buttons, each one click away. */
const choices = ({ React }) => {
  const choice = (example, key, { currentExampleKey, onSelect }) =>
    React.createElement(
      'button',
      {
        key,
        type: 'button',
        className: 'choice',
        'data-example': key,
        'aria-pressed': key === currentExampleKey,
        title: example.get('summary'),
        onClick: () => onSelect(key, { isSyntheticChange: false }),
      },
      example.get('x-choice'),
    );
  const withChoices = (Original) => (props) => {
    const labelled = props.examples.filter((example) => example.has('x-choice'));
    return React.createElement(
      'div',
      null,
      labelled.size > 0 &&
        React.createElement(
          'div',
          { className: 'choices' },
          labelled.map((example, key) => choice(example, key, props)).valueSeq(),
        ),
      React.createElement(Original, props),
    );
  };
  return { wrapComponents: { ExamplesSelect: withChoices } };
};

const spec = await (await fetch('reference/openapi.json')).json();
const ui = window.SwaggerUIBundle({
  spec,
  domNode: document.getElementById('reference'),
  plugins: [choices],
  docExpansion: 'full',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Of its themes one whose every colour can be read.
  syntaxHighlight: { theme: 'obsidian' },
  tryItOutEnabled: true,
  // Would send the description to a server of Swagger's.
  validatorUrl: null,
  onComplete: () => {
    const token = spec['x-token'];
    if (token) ui.preauthorizeApiKey('jwt', token);
  },
});
