import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { jobEnvironment, survivesAnyShell } from '../../../../../../daemon/engines/local/launching/environment.ts';
import {
  hideNodeVariables,
  restoreNodeVariables,
} from '../../../../../../daemon/engines/local/supervising/nodeEnvironment.ts';

const ref = { jobId: 'abc', attempt: 2, launch: 1 };

describe('the environment of a job', () => {
  it("is the submitter's, with the job's ID and attempt", () => {
    assert.deepEqual(
      jobEnvironment(
        { PATH: '/bin', EMPTY: '', 'odd-name': 'x' },
        { cwd: '/home/me', ref, platform: 'linux', reporting: null },
      ),
      {
        PATH: '/bin',
        EMPTY: '',
        'odd-name': 'x',
        PWD: '/home/me',
        JOBDECK_JOB_ID: 'abc',
        JOBDECK_ATTEMPT: '2',
      },
    );
  });

  it("excludes the editor's internal variables", () => {
    const env = {
      ELECTRON_RUN_AS_NODE: '1',
      ELECTRON_NO_ASAR: '1',
      VSCODE_PID: '1',
      VSCODE_IPC_HOOK: 'x',
      ELECTRON_MIRROR: 'kept',
      MY_VSCODE_X: 'kept',
    };

    assert.deepEqual(Object.keys(jobEnvironment(env, { cwd: '/', ref, platform: 'linux', reporting: null })), [
      'ELECTRON_MIRROR',
      'MY_VSCODE_X',
      'PWD',
      'JOBDECK_JOB_ID',
      'JOBDECK_ATTEMPT',
    ]);
  });

  it('identifies the job itself if it was submitted from inside another job', () => {
    const env = jobEnvironment(
      { JOBDECK_JOB_ID: 'outer', JOBDECK_ATTEMPT: '9' },
      { cwd: '/', ref, platform: 'linux', reporting: null },
    );

    assert.deepEqual([env.JOBDECK_JOB_ID, env.JOBDECK_ATTEMPT], ['abc', '2']);
  });

  it("contains the address and token for reports, overriding the submitter's values", () => {
    const reporting = { url: 'http://127.0.0.1:1', token: 'jd1.abc.x', home: '/h', bin: '/h/bin' };
    const env = jobEnvironment({ JOBDECK_TOKEN: 'outer' }, { cwd: '/', ref, platform: 'linux', reporting });

    assert.deepEqual([env.JOBDECK_URL, env.JOBDECK_TOKEN, env.JOBDECK_HOME], ['http://127.0.0.1:1', 'jd1.abc.x', '/h']);
  });

  it('has the folder of the jobdeck command at the end of PATH', () => {
    const path = (env: Record<string, string>, platform: NodeJS.Platform, bin: string) => {
      const reporting = { url: 'http://127.0.0.1:1', token: 't', home: '/h', bin };
      const { PATH, Path } = jobEnvironment(env, { cwd: '/', ref, platform, reporting });
      return PATH ?? Path;
    };
    assert.equal(path({ PATH: '/usr/bin:/bin' }, 'linux', '/h/bin'), '/usr/bin:/bin:/h/bin');
    assert.equal(path({ PATH: '/h/bin:/bin' }, 'linux', '/h/bin'), '/h/bin:/bin');
    assert.equal(path({ Path: 'C:\\W' }, 'win32', 'C:\\h\\bin'), 'C:\\W;C:\\h\\bin');
    assert.equal(path({ PATH: '/bin' }, 'linux', '/odd:name/bin'), '/bin');
    assert.equal(path({}, 'linux', '/h/bin'), undefined);
  });

  it('has no PWD on Windows', () => {
    assert.equal('PWD' in jobEnvironment({}, { cwd: 'C:\\', ref, platform: 'win32', reporting: null }), false);
  });

  it('survives any shell unless a name is not an identifier or changes the shell', () => {
    assert.equal(survivesAnyShell({ PATH: '', _x1: '' }), true);
    for (const name of ['BASH_FUNC_which%%', 'a-b', '1a', 'a.b', 'SHELLOPTS']) {
      assert.equal(survivesAnyShell({ PATH: '', [name]: '' }), false, name);
    }
  });

  it('passes through the Node supervisor unchanged and does not affect it', () => {
    const env = { NODE_OPTIONS: '--inspect', NODE_PATH: '/x', ELECTRON_MIRROR: 'y', PATH: '/bin' };
    const carried = hideNodeVariables(env);

    assert.deepEqual(
      Object.keys(carried).filter((name) => /^(NODE|ELECTRON)_/.test(name)),
      [],
    );
    assert.deepEqual(restoreNodeVariables({ ...carried, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' }), env);
  });
});
