import { fileURLToPath } from 'node:url';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Folders from the ground up: each may import only from those before it. A feature imports no other feature,
// except those that several pages carry.
const layers = ['lib', 'api', 'i18n', 'components', 'features', 'app'];
const shared = ['freshness', 'explain', 'metrics'];
const features = ['session', 'overview', 'listings', 'jobs', 'schedules', 'account'];

const upward = layers.slice(0, -1).map((layer, place) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: layers.slice(place + 1).map((above) => `**/${above}/**`), message: `${layer}/ stands below that folder.` }] },
    ],
  },
}));

const sideways = [...features, ...shared].map((feature) => ({
  files: [`src/features/${feature}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group: ['**/app/**'], message: 'features/ stands below app/.' },
          {
            group: features.filter((other) => other !== feature).map((other) => `../${other}/*`),
            message: 'Features do not import one another.',
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'public/', 'src/api/schema.gen.ts', 'eslint.config.js', 'types.js'] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)) } } },
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat.recommended,
  {
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-properties': ['error', { property: 'dangerouslySetInnerHTML' }],
    },
  },
  ...upward,
  ...sideways,
);
