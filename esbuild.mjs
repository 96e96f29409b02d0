// Builds all bundles: `node esbuild.mjs [extension|daemon|webview|test …] [--watch] [--production]`,
// or the VSIX for this platform (or for JOBDECK_TARGET): `node esbuild.mjs --package`.
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { context, transform } from 'esbuild';
import { jsonSchema } from './shared/definitions/schema.ts';

const watch = process.argv.includes('--watch');
const packaging = process.argv.includes('--package');
const production = packaging || process.argv.includes('--production');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const { version } = JSON.parse(await readFile('package.json', 'utf8'));

/** The platform of the native SQLite binding to bundle: `linux-x64`, `linuxmusl-arm64`, `darwin-arm64`, `win32-x64`, … */
function nativeTarget() {
  if (process.env.JOBDECK_TARGET) return process.env.JOBDECK_TARGET.replace(/^alpine/, 'linuxmusl');
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${process.platform}${musl ? 'musl' : ''}-${process.arch}`;
}

/** Replaces files atomically, so that a running daemon keeps its mapped files and no process reads a partial one. */
const replaceFiles = {
  name: 'replace-files',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        const { path } = file;
        const contents = /\.c?js$/.test(path) ? postprocess(file.text) : file.contents;
        const isProgram = file.contents[0] === 0x23 && file.contents[1] === 0x21; // #!
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.new`, contents, { mode: isProgram ? 0o755 : 0o644 });
        await rename(`${path}.new`, path);
      }
    });
  },
};

function postprocess(text) {
  const shared = shareEditorApi(text);
  return production ? toAscii(shared) : shared;
}

/** esbuild copies the editor's API for each file that imports it, 43 times on activation. All files can use the original. */
function shareEditorApi(text) {
  return text.replace(/(?<![\w$])[\w$]+\(require\("vscode"\), ?1\)/g, 'require("vscode")');
}

/**
 * Turns the files of a build with splitting, which esbuild only writes as ES modules, into CommonJS, which Node loads in
 * less time.
 */
const toCommonJs = {
  name: 'to-common-js',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const file of outputFiles) {
        const { code } = await transform(file.text, {
          format: 'cjs',
          platform: 'node',
          target: 'node22',
          minify: production,
          sourcemap: production ? false : 'inline',
          supported: { 'dynamic-import': false },
        });
        file.contents = Buffer.from(code);
      }
    });
  },
};

/** Libraries of remote engines. They are bundled separately, and a daemon without connections never loads them. */
const clientLibraries = ['ioredis', 'amqplib'];
const libraryFiles = {
  name: 'library-files',
  setup(build) {
    const isLibrary = new RegExp(`^(${clientLibraries.join('|')})$`);
    build.onResolve({ filter: isLibrary }, ({ path }) => ({ path: `./${path}.cjs`, external: true }));
  },
};

/**
 * esbuild writes ASCII except in regular expressions. With a single non-ASCII character, V8 stores the source with two
 * bytes per character, which cost 4 MB of the daemon's memory.
 */
function toAscii(text) {
  return text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const common = {
  bundle: true,
  write: false,
  plugins: [replaceFiles],
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'info',
  define: { JOBDECK_VERSION: JSON.stringify(version) },
};
// Its main file is UMD, whose requires bundlers can't resolve.
const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };
const node = { ...common, platform: 'node', format: 'cjs', target: 'node22', alias };

/** The files of a folder, to be bundled under their own names. */
async function entriesIn(folder) {
  return (await readdir(folder)).map((name) => `${folder}/${name}`);
}

const builds = {
  extension: {
    ...node,
    entryPoints: ['extension/extension.ts'],
    outfile: 'dist/extension.cjs',
    external: ['vscode'],
  },
  webSocket: {
    ...node,
    // The rest of the library is a server.
    entryPoints: { ws: 'node_modules/ws/lib/websocket.js' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  },
  definitions: { ...node, entryPoints: ['extension/definitions/tools.ts'], outfile: 'dist/definitions.cjs' },
  commands: {
    ...node,
    entryPoints: ['extension/commands/table.ts'],
    outfile: 'dist/commands.cjs',
    external: ['vscode'],
  },
  agents: {
    ...node,
    entryPoints: ['extension/agents/languageModelTools.ts'],
    outfile: 'dist/agents.cjs',
    external: ['vscode'],
  },
  daemon: {
    ...node,
    entryPoints: {
      daemon: 'daemon/main.ts',
      supervisor: 'daemon/engines/local/supervising/supervisor.ts',
      mcp: 'cli/mcp/main.ts',
      // Loaded only when a connection needs them.
      celery: 'daemon/engines/celery/main.ts',
      inngest: 'daemon/engines/inngest/main.ts',
      client: 'shared/client/reporting/index.ts',
      deliver: 'shared/client/reporting/deliverMain.ts',
    },
    outdir: 'dist',
    // Loaded by fastify only as defaults that the daemon replaces, or only in tests.
    external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request', 'pino'],
    alias: { ...alias, 'better-sqlite3': `better-sqlite3/${nativeTarget()}` },
    plugins: [replaceFiles, libraryFiles],
    loader: { '.node': 'copy' },
    assetNames: '[name]',
  },
  cli: {
    ...node,
    entryPoints: { cli: 'cli/main.ts' },
    outdir: 'dist',
  },
  verbs: {
    ...node,
    format: 'esm',
    splitting: true,
    entryPoints: await entriesIn('cli/bundles'),
    outdir: 'dist/cli',
    sourcemap: production ? false : 'inline',
    plugins: [toCommonJs, replaceFiles],
  },
  libraries: { ...node, entryPoints: clientLibraries, outdir: 'dist', outExtension: { '.js': '.cjs' } },
  webview: {
    ...common,
    platform: 'browser',
    format: 'esm',
    target: 'es2023',
    entryPoints: { detail: 'webview/detail/main.ts', stats: 'webview/stats/main.ts' },
    outdir: 'dist/webview',
    // Code that a page doesn't need at first is loaded later.
    splitting: true,
    chunkNames: '[name]-[hash]',
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

if (packaging) await rm('dist', { recursive: true, force: true });
// A running daemon may have mapped this file. Overwriting it would crash the daemon; removing it doesn't.
if (wanted.includes('daemon')) await rm(`dist/${nativeTarget()}.node`, { force: true });
await mkdir('dist/webview', { recursive: true });
await mkdir('dist/cli', { recursive: true });
// The names of chunks contain a hash of their contents, so chunks of earlier builds would accumulate.
for (const [build, folder] of [
  ['webview', 'dist/webview'],
  ['cli', 'dist/cli'],
]) {
  if (wanted.length > 0 && !wanted.includes(build)) continue;
  for (const name of await readdir(folder)) {
    if (/-[A-Z0-9]{8}\.js(\.map)?$/.test(name)) await rm(`${folder}/${name}`);
  }
}
// The sources are ES modules. The bundles are CommonJS, which both VS Code and `node dist/cli.js` can load.
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
await writeFile('dist/jobs.schema.json', `${JSON.stringify(jsonSchema(), null, 2)}\n`);
// ES modules load the same CommonJS module of `jobdeck/client`, so that a process has only one connection.
await writeFile('dist/client.mjs', "export { currentJob, startJob } from './client.js';\n");
await copyFile('shared/client/reporting/client.d.ts', 'dist/client.d.ts');
await copyFile('node_modules/@vscode/codicons/dist/codicon.css', 'dist/webview/codicon.css');
await copyFile('node_modules/@vscode/codicons/dist/codicon.svg', 'dist/webview/codicon.svg');
await copyFile('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf');

const contexts = await Promise.all(
  Object.entries(builds)
    .filter(([name]) => (wanted.length === 0 && !(packaging && name === 'test')) || wanted.includes(name))
    .map(([, options]) => context(options)),
);
if (watch) {
  await Promise.all(contexts.map((one) => one.watch()));
} else {
  try {
    await Promise.all(contexts.map((one) => one.rebuild()));
  } catch (error) {
    if (!error.errors) throw error;
    process.exit(1); // esbuild has already printed the errors.
  }
  await Promise.all(contexts.map((one) => one.dispose()));
}
if (packaging) await packageExtension();

/** Writes `jobdeck-<target>-<version>.vsix`. Fails if its contents are not as expected. */
async function packageExtension() {
  const { createVSIX, listFiles, PackageManager } = await import('@vscode/vsce');
  const files = await listFiles({ packageManager: PackageManager.None });
  const natives = files.filter((file) => file.endsWith('.node'));
  if (files.some((file) => file.includes('node_modules'))) throw new Error('node_modules must not be packaged.');
  if (files.some((file) => file.startsWith('dist/test'))) throw new Error('The tests must not be packaged.');
  if (natives.length !== 1) throw new Error(`One native module must be packaged, not ${natives.join(', ') || 'none'}.`);
  // Every window loads this file, so it must stay small. Schemas and their library belong to the daemon.
  const kilobytes = (await stat('dist/extension.cjs')).size / 1e3;
  if (kilobytes > 250) throw new Error(`dist/extension.cjs has ${Math.round(kilobytes)} kB; 250 kB is the limit.`);
  const target = nativeTarget().replace('linuxmusl', 'alpine');
  const packagePath = `jobdeck-${target}-${version}.vsix`;
  await createVSIX({
    packagePath,
    target,
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  const megabytes = (await stat(packagePath)).size / 1e6;
  if (megabytes > 4) throw new Error(`${packagePath} has ${megabytes.toFixed(1)} MB; 4 MB is the limit.`);
}
