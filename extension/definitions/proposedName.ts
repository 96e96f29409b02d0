/** Proposes the name of a job by its command: `train` for `python3 src/train.py --epochs 3`. Pure. */

/** Programs that only run another command, and how many of the words after their options belong to themselves. */
const wrappers = new Map([
  ...['sudo', 'doas', 'env', 'time', 'nice', 'ionice', 'nohup', 'exec', 'command', 'stdbuf', 'caffeinate'].map(
    (word): [string, number] => [word, 0],
  ),
  ...['npx', 'bunx', 'pnpx', 'uvx', 'pipx', 'xvfb-run', 'torchrun', 'mpirun', 'mpiexec', 'srun', 'parallel'].map(
    (word): [string, number] => [word, 0],
  ),
  ['timeout', 1],
  ['flock', 1],
  ['watch', 0],
]);

/** Subcommands that only run another command. */
const runners = new Map([
  ['uv', 'run'],
  ['poetry', 'run'],
  ['pipenv', 'run'],
  ['pdm', 'run'],
  ['hatch', 'run'],
  ['rye', 'run'],
  ['conda', 'run'],
  ['accelerate', 'launch'],
  ['bundle', 'exec'],
  ['pnpm', 'exec'],
  ['npm', 'exec'],
  ['yarn', 'exec'],
  ['deno', 'run'],
]);

const interpreters =
  /^(python|pypy|node|nodejs|tsx|ts-node|deno|bun|ruby|perl|php|lua|julia|rscript|java|bash|sh|zsh|dash|fish|pwsh|powershell)[0-9.]*$/i;
const shells = /^(bash|sh|zsh|dash|fish)$/;
const packageManagers = /^(npm|pnpm|yarn|bun)$/;
/** Programs whose first word is what they do. */
const taskRunners =
  /^(make|gmake|ninja|just|task|rake|ant|mvn|mvnw|gradle|gradlew|cargo|go|dotnet|nox|tox|invoke|inv|nx|turbo|grunt|gulp)$/;
/** Programs that are known by their name and what they do, such as `terraform-apply`. */
const withSubcommand =
  /^(docker|podman|git|kubectl|helm|terraform|tofu|aws|gcloud|az|dbt|dvc|airflow|prefect|ansible|rails|php|composer|pip|brew|apt|bazel|cmake|ruff|poetry|uv|npm|pnpm|bun|yarn)$/;

/** Options that take the next word as their value, by program. The long ones with `=` need no entry. */
const optionsWithValue: Readonly<Record<string, RegExp>> = {
  make: /^-[CfIjlo]$|^--(directory|file|jobs)$/,
  gmake: /^-[CfIjlo]$/,
  ninja: /^-[Cfjkl]$/,
  just: /^-[dfg]$|^--(justfile|working-directory)$/,
  task: /^-[dt]$|^--(dir|taskfile)$/,
  gradle: /^-[pbx]$/,
  gradlew: /^-[pbx]$/,
  mvn: /^-[fPpl]+$/,
  cargo: /^--manifest-path$/,
  nice: /^-n$/,
  ionice: /^-[cn]$/,
  timeout: /^-[ks]$/,
  sudo: /^-[ugpC]$/,
  doas: /^-[uC]$/,
  env: /^-[uC]$/,
  conda: /^-[np]$|^--(name|prefix|cwd)$/,
  mpirun: /^-(n|np|c|H)$|^--(host|hostfile)$/,
  mpiexec: /^-(n|np)$/,
  srun: /^-[nNcpt]$/,
  torchrun: /^--(nproc[-_]per[-_]node|nnodes|node[-_]rank|master[-_]addr|master[-_]port)$/,
  python: /^-[WX]$/,
  node: /^-(r|C)$|^--(require|import|loader|env-file)$/,
  docker:
    /^-[efHlpuvw]$|^--(file|env|env-file|volume|publish|user|workdir|network|mount|platform|entrypoint|gpus|memory|cpus|project-name|profile)$/,
};

/** Names of files that say nothing without their folder. */
const commonFile = /^(main|index|__main__|__init__|app|run|cli|mod)$/;
const commonFolder = /^(src|lib|bin|cmd|scripts|tools|\.|\.\.|dist|build|out|target)?$/;

/** The proposed name, not yet in the form of a name. Empty if the line suggests none. */
export function proposedName(line: string): string {
  return nameOf(words(mainPart(line)));
}

/** The part of a line that does the work: not `cd`, not what its output is piped to. */
function mainPart(line: string): string {
  const parts = line.split(/&&|\|\||;|\n/).map((part) => part.trim());
  const work = parts.find(
    (part) => part !== '' && !/^(cd|source|\.|export|set|mkdir|echo|pushd|module|ulimit)(\s|$)/.test(part),
  );
  return (work ?? parts[0] ?? '').split('|')[0] ?? '';
}

/** The words without quotes. Variables before the command and redirections are left out. */
function words(part: string): string[] {
  const found = [...part.matchAll(/(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/["']/g, ''),
  );
  const first = found.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const command = first < 0 ? [] : found.slice(first);
  const end = command.findIndex((word) => /^\d*[<>]/.test(word));
  return end < 0 ? command : command.slice(0, end);
}

function nameOf([first = '', ...rest]: readonly string[]): string {
  const program = baseName(first).toLowerCase();
  const own = wrappers.get(program);
  if (own !== undefined) {
    const inner = afterOptions(rest, program)
      .slice(own)
      .filter((word, index) => index > 0 || !/^[A-Za-z_]\w*=/.test(word));
    return inner.length > 0 ? nameOf(inner) : program;
  }
  const after = afterOptions(rest, program);
  if (runners.get(program) === after[0] && after.length > 1) {
    const inner = afterOptions(after.slice(1), program);
    if (inner.length > 0) return nameOf(inner);
  }
  if (program === 'docker' || program === 'podman' || program === 'docker-compose') return ofDocker(program, rest);
  if (packageManagers.test(program)) return ofPackageManager(program, after) ?? program;
  if (taskRunners.test(program)) return ofTaskRunner(program, after) ?? program;
  if (interpreters.test(program)) return ofInterpreter(program, rest);
  if (/\.(py|m?[jt]s|cjs|sh|rb|pl|jl|r)$/i.test(first)) return fileName(first);
  const [subcommand = ''] = after;
  if (withSubcommand.test(program) && /^[a-z][a-z-]*$/.test(subcommand)) return `${program}-${subcommand}`;
  return fileName(first);
}

/** The words from the first one that is neither an option nor its value. */
function afterOptions(all: readonly string[], program: string): string[] {
  const takesValue = optionsWithValue[program.replace(/[0-9.]+$/, '')];
  let at = 0;
  while (at < all.length && all[at]?.startsWith('-')) at += takesValue?.test(all[at] ?? '') ? 2 : 1;
  return all.slice(at);
}

function ofPackageManager(program: string, [verb = '', ...more]: readonly string[]): string | null {
  if (/^run(-script)?$/.test(verb)) return more.find((word) => !word.startsWith('-')) ?? null;
  if (/^(t|test)$/.test(verb)) return 'test';
  if (verb === '') return null;
  // A script needs no “run” with some of them; an installation of packages is none.
  const isOwnCommand = /^(i|install|ci|add|update|upgrade|publish|audit|dlx|exec|create|init|outdated)$/.test(verb);
  if (program === 'bun' && /\.[cm]?[jt]sx?$/.test(verb)) return fileName(verb);
  return isOwnCommand || program === 'npm' ? (verb === 'start' ? verb : `${program}-${verb}`) : verb;
}

function ofTaskRunner(program: string, after: readonly string[]): string | null {
  const targets = after.filter((word) => !word.startsWith('-') && !/^\w+=/.test(word));
  const [verb = '', what = ''] = targets;
  if (verb === '') return null;
  const flag = after.findIndex((word) => /^--(bin|example)$/.test(word));
  if (program === 'cargo' && flag >= 0) return after[flag + 1] ?? verb;
  if (program === 'go' && verb === 'run' && what !== '') return fileName(what) || verb;
  if (/^(npx|nx|turbo)$/.test(program) && verb === 'run') return what || verb;
  return verb.split(/[:/]/).at(-1) || verb;
}

function ofInterpreter(program: string, rest: readonly string[]): string {
  const module = rest.indexOf('-m');
  const script = afterOptions(rest, program);
  const inline = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (module >= 0 && rest.length - script.length >= module) {
    const [name = ''] = rest.slice(module + 1);
    return (
      name
        .split('.')
        .filter((part) => !commonFile.test(part))
        .at(-1) ?? program
    );
  }
  if (inline >= 0) return shells.test(program) ? proposedName(rest[inline + 1] ?? '') || program : program;
  const [file = ''] = script.filter((word) => !(program === 'deno' && word === 'run'));
  return file === '' ? program : fileName(file);
}

function ofDocker(program: string, rest: readonly string[]): string {
  const named = rest.indexOf('--name');
  const name = named >= 0 ? rest[named + 1] : rest.find((word) => word.startsWith('--name='))?.slice('--name='.length);
  if (name !== undefined && name !== '') return name;
  const [verb = '', ...more] = afterOptions(rest, 'docker');
  if (program === 'docker-compose') return ofCompose([verb, ...more]);
  if (verb === 'compose') return ofCompose(afterOptions(more, 'docker'));
  if (verb === '') return program;
  const [what = ''] = afterOptions(more, 'docker');
  if (!/^(run|exec|start)$/.test(verb) || what === '') return `${program}-${verb}`;
  // `registry:5000/team/image:tag@digest`
  return what.split('/').at(-1)?.split(/[:@]/)[0] ?? `${program}-${verb}`;
}

function ofCompose([verb = '', ...more]: readonly string[]): string {
  const [service = ''] = afterOptions(more, 'docker');
  return /^(run|exec)$/.test(verb) && service !== '' ? service : verb === '' ? 'compose' : `compose-${verb}`;
}

/** The name of a file without its ending; of its folder if the file has a common name. */
function fileName(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  const name = withoutEnding(parts.at(-1) ?? '');
  const folder = parts.at(-2) ?? '';
  return commonFile.test(name) && !commonFolder.test(folder) && !folder.startsWith('$') ? folder : name;
}

function baseName(path: string): string {
  return withoutEnding(path.split(/[\\/]/).at(-1) ?? '', /\.(exe|cmd|bat)$/i);
}

function withoutEnding(name: string, ending = /\.[A-Za-z][A-Za-z0-9]{0,4}$/): string {
  return name.replace(ending, '') || name;
}
