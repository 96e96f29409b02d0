// One build for all bundles: `node esbuild.mjs [extension|daemon|webview|test …] [--watch] [--production]`.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { context } from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const { version } = JSON.parse(await readFile('package.json', 'utf8'));

/** The platform whose native SQLite binding goes in: `linux-x64`, `linuxmusl-arm64`, `darwin-arm64`, `win32-x64`, … */
function nativeTarget() {
  if (process.env.JOBDECK_TARGET) return process.env.JOBDECK_TARGET.replace(/^alpine/, 'linuxmusl');
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${process.platform}${musl ? 'musl' : ''}-${process.arch}`;
}

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'info',
  define: { JOBDECK_VERSION: JSON.stringify(version) },
};
const node = { ...common, platform: 'node', format: 'cjs', target: 'node22' };

const builds = {
  extension: { ...node, entryPoints: ['extension/extension.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
  daemon: {
    ...node,
    entryPoints: {
      daemon: 'daemon/main.ts',
      cli: 'daemon/cli/main.ts',
      supervisor: 'daemon/engines/local/supervisor.ts',
    },
    outdir: 'dist',
    alias: { 'better-sqlite3': `better-sqlite3/${nativeTarget()}` },
    loader: { '.node': 'copy' },
    assetNames: '[name]',
  },
  webview: {
    ...common,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    entryPoints: { detail: 'webview/detail/main.ts' },
    outdir: 'dist/webview',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
  },
  test: {
    ...node,
    entryPoints: ['test/editor/index.ts'],
    outfile: 'dist/test/editor.cjs',
    external: ['vscode', 'mocha'],
  },
};

if (wanted.length === 0) await rm('dist', { recursive: true, force: true });
await mkdir('dist/webview', { recursive: true });
// The sources are ES modules; the bundles are CommonJS, which VS Code and `node dist/cli.js` load alike.
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
await copyFile('node_modules/@vscode/codicons/dist/codicon.css', 'dist/webview/codicon.css');
await copyFile('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf');

const contexts = await Promise.all(
  Object.entries(builds)
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .map(([, options]) => context(options)),
);
if (watch) {
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  await Promise.all(contexts.map((one) => one.rebuild()));
  await Promise.all(contexts.map((one) => one.dispose()));
}
