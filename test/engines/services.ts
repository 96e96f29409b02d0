/** Services that tests run on free ports and in temporary folders. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Service {
  child: ChildProcess;
  /** Its output so far. */
  output(): string;
  /** Resolves when its output matches. */
  waitForOutput(pattern: RegExp): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface RabbitPrograms {
  server: string;
  /** Erlang's port mapper, which RabbitMQ would otherwise leave running. */
  epmd: string;
}

export class Services {
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-engines-'));
  readonly #services: Service[] = [];

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Starts a service and waits until it is ready. */
  async start(
    program: string,
    args: string[],
    { ready, env = {}, cwd = this.folder }: { ready: RegExp; env?: Record<string, string>; cwd?: string },
  ): Promise<Service> {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const listeners = new Set<() => void>();
    const onLine = (line: string) => {
      text += `${line}\n`;
      for (const listener of [...listeners]) listener();
    };
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onLine);
    const service: Service = {
      child,
      output: () => text,
      waitForOutput: (pattern) =>
        new Promise<void>((settle, fail) => {
          const check = () => {
            if (!pattern.test(text)) return;
            listeners.delete(check);
            settle();
          };
          listeners.add(check);
          child.once('error', fail);
          child.once('exit', () => fail(new Error(`${program} exited:\n${text.slice(-3000)}`)));
          check();
        }),
      stop: async (signal = 'SIGTERM') => {
        if (child.exitCode === null && child.signalCode === null) {
          const ended = once(child, 'exit');
          child.kill(signal);
          await ended;
        }
      },
    };
    this.#services.push(service);
    await service.waitForOutput(ready);
    return service;
  }

  /** Keeps its data in `folder`, so that it can be restarted. */
  async redis(program: string, port: number, options: string[] = []): Promise<Service> {
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', ...options];
    return await this.start(program, args, { ready: /Ready to accept connections/ });
  }

  async rabbit({ server, epmd }: RabbitPrograms, port: number): Promise<Service> {
    const folder = join(this.folder, `rabbit-${port}`);
    mkdirSync(folder, { recursive: true });
    const at = (name: string) => join(folder, name);
    writeFileSync(at('plugins'), '[].');
    writeFileSync(at('env'), '');
    const [mapper, distribution] = [await freePort(), await freePort()];
    const mapped = await this.start(epmd, ['-d', '-address', '127.0.0.1', '-port', `${mapper}`], {
      ready: /listen|epmd/i,
    });
    const env = {
      HOME: folder,
      ERL_EPMD_PORT: `${mapper}`,
      RABBITMQ_NODENAME: `jobdeck${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: `${port}`,
      RABBITMQ_DIST_PORT: `${distribution}`,
      RABBITMQ_LOGS: '-',
      RABBITMQ_MNESIA_BASE: at('data'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_PID_FILE: at('pid'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
      RABBITMQ_CONF_ENV_FILE: at('env'),
      RABBITMQ_CONFIG_FILE: at('none'),
      RABBITMQ_ADVANCED_CONFIG_FILE: at('none'),
      RABBITMQ_GENERATED_CONFIG_DIR: at('generated'),
      // One scheduler thread and no busy waiting.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
    };
    const rabbit = await this.start(server, [], { ready: /startup complete/, env });
    const stop = rabbit.stop;
    rabbit.stop = async (signal) => {
      await stop(signal);
      await mapped.stop();
    };
    return rabbit;
  }

  /** Stops services in reverse order, because later ones may depend on earlier ones. */
  async dispose(): Promise<void> {
    for (const service of this.#services.reverse()) await service.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((settle) => server.close(settle));
  if (typeof address !== 'object' || address === null) throw new Error('No free port.');
  return address.port;
}
