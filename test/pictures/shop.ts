/** A sample project for pictures: a small shop with jobs that simulate what their names say. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';

const scripts = {
  build: 'node build.js',
  test: 'node --test',
  import: 'node import-orders.js',
  deploy: 'ship --to production',
};

const importOrders = `import { existsSync } from 'node:fs';

const count = 120;

function save(order) {
  if (order === 83 && existsSync('orders.lock')) {
    throw new Error('SQLITE_BUSY: database is locked');
  }
}

for (let n = 1; n <= count; n += 1) {
  await new Promise((resolve) => setTimeout(resolve, Number(process.argv[2] ?? 50)));
  save(n);
  console.log(\`\\x1b[32morder \${7100 + n}\\x1b[0m  shipped  [\${n}/\${count}]\`);
}
`;

const jobs = `{
  "jobs": {
    "import": {
      "command": "node import-orders.js 300",
      "icon": "package",
      "queue": "database",
      "schedule": "0 6 * * *"
    },
    "deploy": {
      "command": "ship --to \${input:target}",
      "icon": "rocket",
      "timeLimit": "30m",
      "retry": { "attempts": 2, "delay": "10s" },
      "inputs": [{ "id": "target", "options": ["test", "live"] }]
    }
  },
  "queues": { "database": { "concurrency": 1 } }
}
`;

export class Shop {
  readonly folder: string;
  private readonly home: string;

  /** Writes the project into a folder. Its jobs run in the daemon of `home`. */
  constructor(folder: string, home: string) {
    this.folder = folder;
    this.home = home;
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    this.write('package.json', `${JSON.stringify({ name: 'shop', type: 'module', scripts }, null, 2)}\n`);
    this.write('import-orders.js', importOrders);
    this.write('.vscode/jobs.json', jobs);
  }

  /** Locks the database like another program would. */
  lock(): void {
    this.write('orders.lock', '');
  }

  unlock(): void {
    rmSync(join(this.folder, 'orders.lock'), { force: true });
  }

  /** Runs a CLI command in the project. Throws its output if it fails. */
  async jobdeck(...args: string[]): Promise<void> {
    const env = { ...process.env, JOBDECK_HOME: this.home };
    const done = await run(process.execPath, [cli, ...args], { cwd: this.folder, env });
    if (done.code !== 0) throw new Error(`jobdeck ${args.join(' ')}: ${done.output}`);
  }

  /** Submits a shell command as a job. */
  async submit(title: string, type: string, line: string, ...options: string[]): Promise<void> {
    await this.jobdeck('submit', '--title', title, '--type', type, ...options, '--shell', '--', line);
  }

  private write(name: string, text: string): void {
    const path = join(this.folder, name);
    if (!existsSync(path)) writeFileSync(path, text);
  }
}
